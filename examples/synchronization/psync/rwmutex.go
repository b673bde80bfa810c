//go:build linux

package psync

import (
	"context"
	"time"
)

// An RWMutex is held by one writer or by up to MaxHolders readers. A writer that waits keeps new
// readers out.
//
// Each reader's name stands in a slot, so that a dead one can be told from a live one. A reader
// claims a slot and then looks for a writer; a writer becomes the owner and then looks for readers:
// whichever is second sees the other. So a writer that dies while it waits for readers leaves the
// lock suspect too: it had it, and nobody can tell what it did.
type RWMutex struct{ layout }

// OpenRWMutex returns the lock at the beginning of mem. Zero memory is an unlocked one.
func OpenRWMutex(mem []byte) (*RWMutex, error) {
	l, err := open("rwmutex", mem, kindRWMutex, RWMutexSize, 0)
	if err != nil {
		return nil, err
	}
	return &RWMutex{*l}, nil
}

// Lock locks rw for writing. Its errors are those of Mutex.Lock.
func (rw *RWMutex) Lock() error { return rw.LockContext(context.Background()) }

// LockContext is Lock with an end.
func (rw *RWMutex) LockContext(ctx context.Context) error {
	if !rw.owner.CompareAndSwap(0, rw.self) {
		if _, err := rw.lockSlow(ctx, false); err != nil {
			return err
		}
	}
	return rw.drain(ctx)
}

// TryLock locks rw for writing if nobody holds it.
func (rw *RWMutex) TryLock() error {
	if err := rw.tryLock(); err != nil {
		return err
	}
	if !rw.empty() {
		rw.bury(MaxHolders)
	}
	if !rw.empty() {
		rw.Unlock()
		return ErrLocked
	}
	raceAcquire(rw.race)
	return nil
}

// LockRepair is to Lock what Mutex.LockRepair is to Mutex.Lock.
func (rw *RWMutex) LockRepair(ctx context.Context, repair func() error) error {
	err := rw.lockRepair(ctx, func() error {
		if err := rw.waitEmpty(ctx); err != nil {
			return err
		}
		raceAcquire(rw.race)
		return repair()
	}, everybody)
	if err != nil {
		return err
	}
	return rw.drain(ctx)
}

// drain lets the owner wait until the readers have left.
func (rw *RWMutex) drain(ctx context.Context) error {
	if err := rw.waitEmpty(ctx); err != nil {
		rw.Unlock()
		return err
	}
	raceAcquire(rw.race)
	return nil
}

func (rw *RWMutex) waitEmpty(ctx context.Context) error {
	if rw.empty() {
		return nil
	}
	return rw.count.await(ctx, rw.empty, rw.buryReaders)
}

func (rw *RWMutex) empty() bool {
	for i := range rw.slots {
		if rw.slots[i].Load() != 0 {
			return false
		}
	}
	return true
}

// buryReaders frees the slots of dead readers. A reader changes nothing: its death is no error.
func (rw *RWMutex) buryReaders() error {
	rw.bury(MaxHolders)
	return nil
}

// Unlock ends writing and wakes all who wait: they may be readers.
func (rw *RWMutex) Unlock() error {
	raceRelease(rw.race)
	if rw.owner.CompareAndSwap(rw.self, 0) {
		return nil
	}
	return rw.unlockSlow(everybody)
}

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
