package psync

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestWakeUpsSuffice: while nobody dies, no wait has to be ended by the bound. Every participant
// has a handle of its own, and so sleeps in the kernel by itself, as a process does.
func TestWakeUpsSuffice(t *testing.T) {
	defer func(d time.Duration) { bound = d }(bound)
	bound = time.Hour
	_, p := open3(t)
	const n, rounds = 4, 100
	for name, take := range map[string]func(all) (lock, unlock func() error){
		"Mutex":   func(p all) (lock, unlock func() error) { return p.m.Lock, p.m.Unlock },
		"RWMutex": func(p all) (lock, unlock func() error) { return p.rw.Lock, p.rw.Unlock },
		"RLock":   func(p all) (lock, unlock func() error) { return p.rw.RLock, p.rw.RUnlock },
		"Semaphore": func(p all) (lock, unlock func() error) {
			return func() error { return p.s.Acquire(t.Context()) }, p.s.Release
		},
	} {
		t.Run(name, func(t *testing.T) {
			inTime(t, func() {
				var wg sync.WaitGroup
				for i := range n + 1 {
					mine, err := openAll(p.mem)
					must(t, err)
					lock, unlock := take(mine)
					if name == "RLock" && i == 0 { // a writer among the readers
						lock, unlock = mine.rw.Lock, mine.rw.Unlock
					}
					wg.Go(func() {
						for range rounds {
							must(t, lock())
							time.Sleep(time.Microsecond) // so that the others have to wait
							must(t, unlock())
						}
					})
				}
				wg.Wait()
			})
		})
	}
	t.Run("Barrier", func(t *testing.T) {
		inTime(t, func() {
			var wg sync.WaitGroup
			for range parties {
				b, err := OpenBarrier(p.mem[atBarrier:], parties)
				must(t, err)
				wg.Go(func() {
					for range rounds {
						must(t, b.Wait(t.Context()))
					}
				})
			}
			wg.Wait()
		})
	})
	t.Run("Cond", func(t *testing.T) {
		turn := 0
		inTime(t, func() {
			var wg sync.WaitGroup
			for me := range n {
				mine, err := openAll(p.mem)
				must(t, err)
				wg.Go(func() {
					for range rounds {
						must(t, mine.m.Lock())
						for turn != me {
							must(t, mine.c.Wait(t.Context()))
						}
						turn = (me + 1) % n
						must(t, mine.c.Broadcast())
						must(t, mine.m.Unlock())
					}
				})
			}
			wg.Wait()
		})
	})
	t.Run("Signal", func(t *testing.T) { // two that wait for each other: one signal is enough
		turn := 0
		inTime(t, func() {
			var wg sync.WaitGroup
			for me := range 2 {
				mine, err := openAll(p.mem)
				must(t, err)
				wg.Go(func() {
					for range rounds {
						must(t, mine.m.Lock())
						for turn != me {
							must(t, mine.c.Wait(t.Context()))
						}
						turn = 1 - me
						must(t, mine.m.Unlock())
						must(t, mine.c.Signal())
					}
				})
			}
			wg.Wait()
		})
	})
	t.Run("Event", func(t *testing.T) {
		inTime(t, func() {
			other, err := OpenEvent(p.mem[3072:])
			must(t, err)
			relay := func(mine, its *Event) {
				for range rounds {
					must(t, mine.Wait(t.Context()))
					must(t, mine.Reset())
					must(t, its.Set())
				}
			}
			done := make(chan bool)
			go func() { relay(other, p.e); close(done) }()
			must(t, p.e.Set())
			relay(p.e, other)
			<-done
		})
	})
}

func inTime(t *testing.T, do func()) {
	done := make(chan bool)
	go func() { defer close(done); do() }()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatal("a wake-up was lost")
	}
}

// TestImpatientFindTheDead: who never waits as long as a sleeper relies on others finds the dead
// nevertheless. Otherwise a program all of whose waits are shorter would never learn of a death.
func TestImpatientFindTheDead(t *testing.T) {
	limited := func(wait func(context.Context) error) func() error {
		return func() error {
			ctx, cancel := context.WithTimeout(t.Context(), bound/5)
			defer cancel()
			return wait(ctx)
		}
	}
	for _, c := range []struct {
		name string
		dead string // what the dead one had done
		try  func(p all) func() error
		want error
	}{
		{"Mutex.LockContext", "lock", func(p all) func() error { return limited(p.m.LockContext) }, ErrOwnerDied},
		{"Mutex.TryLock", "lock", func(p all) func() error { return p.m.TryLock }, ErrOwnerDied},
		{"Once.Do", "once", func(p all) func() error {
			return limited(func(ctx context.Context) error {
				return p.o.Do(ctx, func(again bool) error {
					if !again {
						t.Error("nobody says that an earlier one died")
					}
					return nil
				})
			})
		}, nil},
		{"RWMutex.LockContext, writer", "wlock", func(p all) func() error { return limited(p.rw.LockContext) }, ErrOwnerDied},
		{"RWMutex.LockContext, reader", "rlock", func(p all) func() error { return limited(p.rw.LockContext) }, nil},
		{"RWMutex.RLockContext, writer", "wlock", func(p all) func() error { return limited(p.rw.RLockContext) }, ErrOwnerDied},
		{"RWMutex.RLockContext, readers", "rlocks", func(p all) func() error { return limited(p.rw.RLockContext) }, nil},
		{"RWMutex.TryRLock, writer", "wlock", func(p all) func() error { return p.rw.TryRLock }, ErrOwnerDied},
		{"RWMutex.TryRLock, readers", "rlocks", func(p all) func() error { return p.rw.TryRLock }, nil},
		{"RWMutex.TryLock, writer", "wlock", func(p all) func() error { return p.rw.TryLock }, ErrOwnerDied},
		{"RWMutex.TryLock, readers", "rlocks", func(p all) func() error { return p.rw.TryLock }, nil},
		{"Semaphore.Acquire", "acquires", func(p all) func() error { return limited(p.s.Acquire) }, nil},
		{"Semaphore.TryAcquire", "acquires", func(p all) func() error { return p.s.TryAcquire }, nil},
		{"Barrier.Wait", "join", func(p all) func() error {
			b, err := OpenBarrier(p.mem[atBarrier:], parties)
			must(t, err)
			return limited(b.Wait)
		}, ErrPartyDied},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			page, p := open3(t)
			victim := newActor(t, page)
			switch c.dead {
			case "rlocks":
				for range MaxHolders {
					victim.want("ok", "rlock")
				}
			case "acquires":
				for range permits {
					victim.want("ok", "acquire")
				}
			case "once":
				victim.want("ok", "gate once")
				victim.want("at once", "once")
			default:
				victim.want("ok", c.dead)
			}
			victim.kill()
			if err := c.try(p)(); !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
		})
	}
}

// TestLateSleeper: a signal finds nobody asleep, and before it has noted that, somebody falls
// asleep. The next signal has to wake that one.
func TestLateSleeper(t *testing.T) {
	page, p := open3(t)
	for range permits {
		must(t, p.s.Acquire(t.Context()))
	}
	late := newActor(t, page)
	late.want("ok", "patient")
	p.s.count.key() // somebody has announced itself, and does not sleep yet
	gate = func(point string) {
		if point != "advance/nobody" {
			return
		}
		gate = nil
		must(t, p.s.TryAcquire()) // takes what was released, so that the late one has to sleep
		late.tell("acquire")
		late.asleep(1)
	}
	defer func() { gate = nil }()
	must(t, p.s.Release())
	if gate != nil {
		t.Fatal("the release did not come to the gate")
	}
	must(t, p.s.Release())
	late.wantAnswer("ok")
}

// TestRepairSeesReaders: the race detector knows that a repair comes after the readers that it
// waited for.
func TestRepairSeesReaders(t *testing.T) {
	page, p := open3(t)
	must(t, p.rw.RLock())
	writer := newActor(t, page)
	writer.tell("wlock")
	writer.asleep(1)
	writer.kill()
	var guarded int
	var read atomic.Int64 // no order comes from it: it is stored before the unlock, and read at the end
	go func() {
		for p.rw.owner.Load()&pidBits != uint64(unix.Getpid()) {
			time.Sleep(time.Millisecond)
		}
		read.Store(int64(guarded))
		must(t, p.rw.RUnlock())
	}()
	must(t, p.rw.LockRepair(t.Context(), func() error {
		guarded = 1
		return nil
	}))
	must(t, p.rw.Unlock())
	if read.Load() != 0 {
		t.Error("the repair did not wait for the reader")
	}
}
