package psync

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

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
