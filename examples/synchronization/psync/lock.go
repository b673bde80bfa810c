//go:build linux

package psync

import (
	"context"
	"time"
)

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
