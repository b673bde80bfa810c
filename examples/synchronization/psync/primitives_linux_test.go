package psync

import (
	"context"
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const died = "psync: the owner died while it held the lock"

func open3(t *testing.T) (*os.File, all) {
	page, mem := newPage(t)
	p, err := openAll(mem)
	if err != nil {
		t.Fatal(err)
	}
	return page, p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

func TestStrangerCannotUnlock(t *testing.T) {
	page, p := open3(t)
	a := newActor(t, page)
	for _, hold := range []string{"lock", "rlock", "acquire"} {
		a.want("ok", hold)
	}
	wantErr(t, p.m.Unlock(), ErrNotOwner)
	wantErr(t, p.rw.RUnlock(), ErrNotOwner)
	wantErr(t, p.s.Release(), ErrNotOwner)
	a.want("ok", "runlock")
	a.want("ok", "wlock")
	wantErr(t, p.rw.Unlock(), ErrNotOwner)
	wantErr(t, p.c.Wait(t.Context()), ErrNotOwner)
	wantErr(t, p.m.TryLock(), ErrLocked)
	a.want("ok", "unlock")
	a.want(ErrNotOwner.Error(), "unlock")
	must(t, p.m.TryLock())
}

// TestGoroutinesExclude: a goroutine waits for another of its own process too, and the race
// detector knows what the lock orders.
func TestGoroutinesExclude(t *testing.T) {
	_, p := open3(t)
	n := 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				must(t, p.m.Lock())
				n++
				must(t, p.m.Unlock())
			}
		})
	}
	wg.Wait()
	if n != 4000 {
		t.Fatalf("%d increments of 4000", n)
	}
}

// TestWaitersTakeOneThread: of the goroutines that wait for one lock, one occupies a thread.
func TestWaitersTakeOneThread(t *testing.T) {
	_, p := open3(t)
	must(t, p.m.Lock())
	before := threads(t)
	var wg sync.WaitGroup
	var waiting atomic.Int32
	for range 500 {
		wg.Go(func() {
			waiting.Add(1)
			must(t, p.m.Lock())
			must(t, p.m.Unlock())
		})
	}
	for waiting.Load() < 500 || p.m.owner.Load()&waiters == 0 {
		time.Sleep(time.Millisecond)
	}
	if n := threads(t) - before; n > 50 {
		t.Errorf("500 waiters take %d threads", n)
	}
	must(t, p.m.Unlock())
	wg.Wait()
}

func threads(t *testing.T) int {
	d, err := os.ReadDir("/proc/self/task")
	must(t, err)
	return len(d)
}

// TestContextEndsWait: each waiting method returns the context's error, soon after a cancellation.
func TestContextEndsWait(t *testing.T) {
	page, p := open3(t)
	a := newActor(t, page)
	a.want("ok", "lock")
	a.want("ok", "wlock")
	for range permits {
		a.want("ok", "acquire")
	}
	b, err := OpenBarrier(p.mem[atBarrier:], parties)
	must(t, err)
	for name, wait := range map[string]func(context.Context) error{
		"Mutex":       p.m.LockContext,
		"LockRepair":  func(ctx context.Context) error { return p.m.LockRepair(ctx, nil) },
		"RWMutex":     p.rw.LockContext,
		"RLock":       p.rw.RLockContext,
		"Semaphore":   p.s.Acquire,
		"Barrier":     b.Wait,
		"Event":       p.e.Wait,
		"two waiters": p.e.Wait, // one of them sleeps, the other waits for its turn
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
			defer cancel()
			wantErr(t, wait(ctx), context.DeadlineExceeded)
			ctx, cancel = context.WithCancel(t.Context())
			time.AfterFunc(5*time.Millisecond, cancel)
			wantErr(t, wait(ctx), context.Canceled)
		})
	}
}

func TestRWMutex(t *testing.T) {
	t.Run("readers share and writers exclude", func(t *testing.T) {
		page, p := open3(t)
		a := newActor(t, page)
		a.want("ok", "rlock")
		must(t, p.rw.TryRLock())
		wantErr(t, p.rw.TryLock(), ErrLocked)
		must(t, p.rw.RUnlock())
		a.want("ok", "runlock")
		must(t, p.rw.TryLock())
		a.want(ErrLocked.Error(), "tryrlock")
		a.want(ErrLocked.Error(), "wtrylock")
		a.tell("rlock")
		a.asleep(1)
		must(t, p.rw.Unlock())
		a.wantAnswer("ok")
	})
	t.Run("a waiting writer keeps new readers out", func(t *testing.T) {
		page, p := open3(t)
		must(t, p.rw.RLock())
		a := newActor(t, page)
		a.tell("wlock")
		a.asleep(1)
		wantErr(t, p.rw.TryRLock(), ErrLocked)
		must(t, p.rw.RUnlock())
		a.wantAnswer("ok")
	})
	t.Run("a writer that gives up lets readers in", func(t *testing.T) {
		page, p := open3(t)
		must(t, p.rw.RLock())
		a := newActor(t, page)
		a.want(context.DeadlineExceeded.Error(), "wlock 5")
		must(t, p.rw.TryRLock())
	})
	t.Run("a reader's death is no error", func(t *testing.T) {
		page, p := open3(t)
		a := newActor(t, page)
		a.want("ok", "rlock")
		b := newActor(t, page)
		b.tell("wlock")
		b.asleep(1)
		a.kill()
		b.wantAnswer("ok")
		b.want("ok", "wunlock")
		a = newActor(t, page)
		a.want("ok", "rlock")
		a.kill()
		must(t, p.rw.TryLock())
	})
	t.Run("a writer's death is", func(t *testing.T) {
		page, p := open3(t)
		a := newActor(t, page)
		a.want("ok", "wlock")
		reader, writer := newActor(t, page), newActor(t, page)
		reader.tell("rlock")
		reader.asleep(1)
		writer.tell("wlock")
		writer.asleep(1)
		a.kill()
		reader.wantAnswer(died)
		writer.wantAnswer(died)
		wantErr(t, p.rw.TryRLock(), ErrOwnerDied)
		writer.want("ok", "wrepair")
		wantErr(t, p.rw.TryRLock(), ErrLocked)
		writer.want("ok", "wunlock")
		must(t, p.rw.RLock())
	})
	t.Run("readers are limited", func(t *testing.T) {
		page, p := open3(t)
		for range MaxHolders {
			must(t, p.rw.TryRLock())
		}
		wantErr(t, p.rw.TryRLock(), ErrLocked)
		a := newActor(t, page)
		a.tell("rlock")
		a.asleep(1)
		must(t, p.rw.RUnlock())
		a.wantAnswer("ok")
	})
	// A goroutine that waits to read must not be in the way of one that waits for readers.
	t.Run("reader and writer wait in one process", func(t *testing.T) {
		page, p := open3(t)
		a := newActor(t, page)
		a.want("ok", "rlock")
		var wg sync.WaitGroup
		wg.Go(func() {
			must(t, p.rw.Lock())
			must(t, p.rw.Unlock())
		})
		for p.rw.owner.Load() == 0 || p.rw.count.word.Load()&1 == 0 {
			time.Sleep(time.Millisecond)
		}
		wg.Go(func() {
			must(t, p.rw.RLock())
			must(t, p.rw.RUnlock())
		})
		for p.rw.owner.Load()&waiters == 0 {
			time.Sleep(time.Millisecond)
		}
		a.want("ok", "runlock")
		wg.Wait()
	})
}

func TestSemaphore(t *testing.T) {
	page, p := open3(t)
	a, b := newActor(t, page), newActor(t, page)
	a.want("ok", "acquire")
	a.want("ok", "acquire")
	must(t, p.s.TryAcquire())
	wantErr(t, p.s.TryAcquire(), ErrLocked)
	b.tell("acquire")
	b.asleep(1)
	must(t, p.s.Release())
	b.wantAnswer("ok")
	b.tell("acquire")
	b.asleep(1)
	a.kill() // its permits come back, and one is waited for
	b.wantAnswer("ok")
	must(t, p.s.TryAcquire())
	wantErr(t, p.s.TryAcquire(), ErrLocked)
}

func TestBarrier(t *testing.T) {
	page, p := open3(t)
	b, err := OpenBarrier(p.mem[atBarrier:], parties)
	must(t, err)
	x, y := newActor(t, page), newActor(t, page)
	x.want("ok", "join")
	y.want("ok", "join")
	if _, err := OpenBarrier(p.mem[atBarrier:], parties); err != ErrFull {
		t.Fatal(err)
	}
	for range 5 { // nobody leaves before all have arrived, in every round
		x.tell("barrier")
		y.tell("barrier")
		x.asleep(1)
		y.asleep(1)
		must(t, b.Wait(t.Context()))
		x.wantAnswer("ok")
		y.wantAnswer("ok")
	}
	// A party dies that is still to come. The others are told, a third takes its place, and the
	// same round goes on.
	x.tell("barrier")
	x.asleep(1)
	y.kill()
	x.wantAnswer(ErrPartyDied.Error())
	wantErr(t, b.Wait(t.Context()), ErrPartyDied)
	z := newActor(t, page)
	z.want("ok", "join")
	x.tell("barrier")
	x.asleep(1)
	z.tell("barrier")
	must(t, b.Wait(t.Context()))
	x.wantAnswer("ok")
	z.wantAnswer("ok")
	// Who gives up has arrived nevertheless, and may wait on.
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	wantErr(t, b.Wait(ctx), context.DeadlineExceeded)
	x.tell("barrier")
	x.asleep(1)
	z.want("ok", "barrier")
	x.wantAnswer("ok")
	must(t, b.Wait(t.Context()))
	// Who dies after its arrival leaves the round whole.
	x.tell("barrier")
	x.asleep(1)
	x.kill()
	z.tell("barrier")
	z.asleep(1)
	must(t, b.Wait(t.Context()))
	z.wantAnswer("ok")
	wantErr(t, b.Wait(t.Context()), ErrPartyDied)
}

func TestCond(t *testing.T) {
	page, p := open3(t)
	a, b := newActor(t, page), newActor(t, page)
	for _, x := range []*actor{a, b} {
		x.want("ok", "lock")
		x.tell("condwait")
		x.asleep(1)
	}
	must(t, p.m.Lock())
	must(t, p.c.Broadcast())
	must(t, p.m.Unlock())
	// Each returns with the mutex locked, so one after the other.
	first, second := a, b
	line := make(chan *actor, 2)
	for _, x := range []*actor{a, b} {
		go func() { x.hear(); line <- x }()
	}
	if first = <-line; first == b {
		second = a
	}
	wantErr(t, p.m.TryLock(), ErrLocked)
	first.want("ok", "unlock")
	<-line
	second.want("ok", "unlock")

	// A signal wakes one; it finds the mutex free or waits for it.
	a.want("ok", "lock")
	a.tell("condwait")
	a.asleep(1)
	must(t, p.c.Signal())
	a.wantAnswer("ok")
	a.want("ok", "unlock")
	must(t, p.c.Signal()) // to nobody: it is not stored
	a.want("ok", "lock")
	a.want(context.DeadlineExceeded.Error(), "condwait 5")
	wantErr(t, p.m.TryLock(), ErrLocked) // locked again, also after an error
	a.want("ok", "unlock")

	// Somebody dies in the mutex while we wait: locked, and suspect.
	a.want("ok", "lock")
	a.tell("condwait")
	a.asleep(1)
	b.want("ok", "lock")
	b.want("ok", "signal")
	b.kill()
	a.wantAnswer(died)
	a.want("ok", "unlock")
	wantErr(t, p.m.Lock(), ErrOwnerDied)
	must(t, p.m.LockRepair(t.Context(), func() error { return nil }))
}

func TestEvent(t *testing.T) {
	page, p := open3(t)
	a, b := newActor(t, page), newActor(t, page)
	a.tell("wait")
	b.tell("wait")
	a.asleep(1)
	b.asleep(1)
	must(t, p.e.Set())
	a.wantAnswer("ok")
	b.wantAnswer("ok")
	a.want("ok", "wait")
	must(t, p.e.Reset())
	a.want(context.DeadlineExceeded.Error(), "wait 5")
}

func TestOnce(t *testing.T) {
	page, p := open3(t)
	a, b, c := newActor(t, page), newActor(t, page), newActor(t, page)
	a.want("failed", "failonce")
	a.want("ok", "gate once")
	a.want("at once", "once")
	b.tell("once")
	b.asleep(1)
	a.kill() // in the middle: the next one does it again, and is told
	b.wantAnswer("again")
	b.wantAnswer("ok")
	c.want("ok", "failonce") // it is done: nothing is called
	must(t, p.o.Do(t.Context(), nil))
}
