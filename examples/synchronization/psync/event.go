//go:build linux

package psync

import "context"

// An Event is set or not. Who waits for it goes on when it is set, and at once while it is. Who is
// woken looks again: if it was reset meanwhile, the wait goes on.
type Event struct{ layout }

// OpenEvent returns the event at the beginning of mem. Zero memory is one that is not set.
func OpenEvent(mem []byte) (*Event, error) {
	l, err := open("event", mem, kindEvent, EventSize, 0)
	if err != nil {
		return nil, err
	}
	return &Event{*l}, nil
}

// Set sets e and wakes all who wait.
func (e *Event) Set() error {
	raceRelease(e.race)
	e.state.Store(1)
	at("event/set")
	e.count.advance()
	return nil
}

// Reset makes e not set.
func (e *Event) Reset() error {
	e.state.Store(0)
	return nil
}

// IsSet says whether e is set. Where there is no futex, it never is.
func (e *Event) IsSet() bool { return e.state.Load() == 1 }

// Wait waits until e is set, or ctx ends. An event has no owner: if the process that should set it
// dies, only ctx ends the wait.
func (e *Event) Wait(ctx context.Context) error {
	if !e.IsSet() {
		if err := e.count.await(ctx, e.IsSet, nil); err != nil {
			return err
		}
	}
	raceAcquire(e.race)
	return nil
}
