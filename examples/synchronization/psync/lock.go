//go:build linux

package psync

import (
	"context"
	"time"
	"unsafe"
)

// The owner word is a lock's whole state, so that one compare-and-swap takes the lock and says who
// has it: there is no moment in which it is taken by nobody.
//
//	bits  0–21  pid of the owner; 0: free
//	     22–29  zero
//	        30  suspect: an owner died, and nobody has repaired what it left
//	        31  waiters: somebody sleeps until the lower half changes
//	     32–63  start time of the owner
const (
	pidBits  = 1<<22 - 1
	suspect  = 1 << 30
	waiters  = 1 << 31
	nameBits = pidBits | 0xffffffff<<32
)

func corrupt(w uint64) bool {
	return w&(1<<32-1)&^(pidBits|suspect|waiters) != 0 || w&pidBits == 0 && w>>32 != 0
}

// futex is the half of the owner word that the kernel compares.
func (l *layout) futex() *uint32 {
	return (*uint32)(unsafe.Add(unsafe.Pointer(l.owner), lowHalf))
}

var lowHalf = func() uintptr {
	one := uint64(1)
	if *(*uint32)(unsafe.Pointer(&one)) == 1 {
		return 0
	}
	return 4 // a big-endian processor
}()

// A wait is what one caller remembers while it waits for the owner word.
type wait struct {
	flags  uint64    // waiters, once it has slept: others may sleep too, and depend on us
	looked time.Time // when it last looked whether the owner lives
}

// free waits until nobody owns the lock, and returns the word as it is then.
func (l *layout) free(ctx context.Context, wt *wait, acceptSuspect bool) (uint64, error) {
	for {
		w := l.owner.Load()
		switch {
		case corrupt(w):
			return 0, &LayoutError{"lock", "state", w, 0}
		case w&pidBits == 0 && w&suspect != 0 && !acceptSuspect:
			return 0, ErrOwnerDied
		case w&pidBits == 0:
			return w, nil
		}
		if w&waiters == 0 {
			if !l.owner.CompareAndSwap(w, w|waiters) {
				continue
			}
			w |= waiters
		}
		// Only now: if we were woken in somebody's place, the bit is set again for them.
		if err := ctx.Err(); err != nil {
			if l.declareDead(w) { // as in giveUp
				continue
			}
			return 0, err
		}
		at("lock/sleep")
		wt.flags = waiters
		if sleep(ctx, l.futex(), uint32(w)) {
			at("lock/woken")
		}
		if time.Since(wt.looked) >= bound {
			wt.looked = time.Now()
			l.declareDead(l.owner.Load())
		}
	}
}

// declareDead frees the lock if the owner that w names is dead, and marks it suspect. It says
// whether it did.
func (l *layout) declareDead(w uint64) bool {
	if w&pidBits == 0 || alive(w&nameBits) {
		return false
	}
	at("lock/dead-seen")
	// Compared with all of w: if others have declared it dead meanwhile, and the lock has a new
	// owner, this does nothing.
	if !l.owner.CompareAndSwap(w, suspect) {
		return false
	}
	at("lock/dead-marked")
	futexWake(l.futex(), everybody)
	return true
}

// lockSlow takes the lock, and says whether it is suspect.
func (l *layout) lockSlow(ctx context.Context, acceptSuspect bool) (isSuspect bool, err error) {
	at("lock/enter")
	for range spins {
		if l.owner.Load() == 0 && l.owner.CompareAndSwap(0, l.self) {
			raceAcquire(l.race)
			return false, nil
		}
	}
	if err := l.turn.take(ctx); err != nil {
		return false, err
	}
	defer l.turn.pass()
	defer wakeWhenDone(ctx, l.futex())()
	wt := wait{looked: time.Now()}
	for {
		w, err := l.free(ctx, &wt, acceptSuspect)
		if err != nil {
			return false, err
		}
		at("lock/free")
		if l.owner.CompareAndSwap(w, w|wt.flags|l.self) {
			at("lock/taken")
			raceAcquire(l.race)
			return w&suspect != 0, nil
		}
	}
}

func (l *layout) tryLock() error {
	for {
		w := l.owner.Load()
		switch {
		case corrupt(w):
			return &LayoutError{"lock", "state", w, 0}
		case w&pidBits == 0 && w&suspect != 0:
			return ErrOwnerDied
		case w&pidBits != 0:
			l.declareDead(w)
			if l.owner.Load() == w {
				return ErrLocked
			}
		case l.owner.CompareAndSwap(w, w|l.self):
			raceAcquire(l.race)
			return nil
		}
	}
}

// unlockSlow frees the lock and wakes one sleeper, or all of them.
func (l *layout) unlockSlow(wake int) error {
	at("unlock/enter")
	for {
		w := l.owner.Load()
		if w&nameBits != l.self {
			return ErrNotOwner
		}
		if w&suspect != 0 {
			wake = everybody // none of them can go on, and each has to say so
		}
		if l.owner.CompareAndSwap(w, w&suspect) {
			at("unlock/free")
			if w&waiters != 0 {
				futexWake(l.futex(), wake)
			}
			at("unlock/done")
			return nil
		}
	}
}

// lockRepair takes the lock in any case, and repairs what a dead owner left.
func (l *layout) lockRepair(ctx context.Context, repair func() error, wake int) error {
	isSuspect, err := l.lockSlow(ctx, true)
	if err != nil || !isSuspect {
		return err
	}
	repaired := false
	defer func() {
		if !repaired { // repair failed or panicked: the lock stays suspect
			raceRelease(l.race)
			l.unlockSlow(wake)
		}
	}()
	if err := repair(); err != nil {
		return err
	}
	repaired = true
	l.trust()
	return nil
}

// trust takes the mark off a lock that we hold.
func (l *layout) trust() {
	for {
		if w := l.owner.Load(); l.owner.CompareAndSwap(w, w&^suspect) {
			return
		}
	}
}
