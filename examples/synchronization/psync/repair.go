//go:build linux

package psync

import "context"

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
