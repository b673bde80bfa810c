//go:build linux

package psync

import "context"

// A Once has something done once by all processes together.
type Once struct{ layout }

// OpenOnce returns the once at the beginning of mem. Zero memory is one that is not done.
func OpenOnce(mem []byte) (*Once, error) {
	l, err := open("once", mem, kindOnce, OnceSize, 0)
	if err != nil {
		return nil, err
	}
	return &Once{*l}, nil
}

// Do calls f if no process has done it yet, and returns when it is done, by whomever. If f returns
// an error or its process dies, it is not done, and the next caller's f is called; again then says
// that an earlier call died in the middle, and what it left must be cleared away first.
func (o *Once) Do(ctx context.Context, f func(again bool) error) error {
	if o.state.Load() == 1 {
		raceAcquire(o.race)
		return nil
	}
	again, err := o.lockSlow(ctx, true)
	if err != nil {
		return err
	}
	defer func() {
		raceRelease(o.race)
		o.unlockSlow(1)
	}()
	if o.state.Load() == 0 {
		if err := f(again); err != nil {
			return err
		}
		raceRelease(o.race)
		o.state.Store(1)
	}
	o.trust()
	return nil
}
