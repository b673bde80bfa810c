//go:build linux

package psync

import (
	"context"
	"time"
)

// RLock locks rw for reading.
func (rw *RWMutex) RLock() error { return rw.RLockContext(context.Background()) }

// RLockContext is RLock with an end.
func (rw *RWMutex) RLockContext(ctx context.Context) error {
	for {
		err := rw.tryRLock()
		if err != ErrLocked {
			return err
		}
		if err := rw.waitToRead(ctx); err != nil {
			return err
		}
	}
}

// TryRLock locks rw for reading if no live writer holds it or waits, and not all slots are taken
// by live readers.
func (rw *RWMutex) TryRLock() error {
	if err := rw.tryRLock(); err != ErrLocked {
		return err
	}
	if w := rw.owner.Load(); w&pidBits != 0 {
		rw.declareDead(w)
	} else {
		rw.bury(MaxHolders)
	}
	return rw.tryRLock()
}

// tryRLock is TryRLock without a look for the dead.
func (rw *RWMutex) tryRLock() error {
	if err := rw.readable(); err != nil {
		return err
	}
	if _, ok := rw.claim(MaxHolders); !ok {
		return ErrLocked
	}
	if err := rw.readable(); err != nil { // a writer came meanwhile, and waits for our slot
		rw.RUnlock()
		return err
	}
	raceAcquire(rw.race)
	return nil
}

func (rw *RWMutex) readable() error {
	switch w := rw.owner.Load(); {
	case corrupt(w):
		return &LayoutError{"rwmutex", "state", w, 0}
	case w&pidBits != 0:
		return ErrLocked
	case w&suspect != 0:
		return ErrOwnerDied
	}
	return nil
}

// RUnlock ends reading.
func (rw *RWMutex) RUnlock() error {
	raceRelease(rw.race)
	if err := rw.disclaim(MaxHolders); err != nil {
		return err
	}
	at("runlock/free")
	rw.count.advance()
	return nil
}

// waitToRead waits until it is worth to try again.
func (rw *RWMutex) waitToRead(ctx context.Context) error {
	if rw.readable() == nil { // so every slot is taken
		free := func() bool {
			for i := range rw.slots {
				if rw.slots[i].Load() == 0 {
					return true
				}
			}
			return rw.readable() != nil
		}
		return rw.count.await(ctx, free, rw.buryReaders)
	}
	for range spins {
		if rw.readable() == nil {
			return nil
		}
	}
	if err := rw.turn.take(ctx); err != nil {
		return err
	}
	defer rw.turn.pass()
	defer wakeWhenDone(ctx, rw.futex())()
	_, err := rw.free(ctx, &wait{looked: time.Now()}, false)
	return err
}
