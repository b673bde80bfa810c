//go:build linux

package psync

import "context"

// A Semaphore gives out n permits. A permit belongs to the process that acquired it, and comes
// back when that process dies: a semaphore limits how many do something at once and guards no
// data, so a death is no error. What needs repair needs a Mutex, also when n is 1.
type Semaphore struct {
	layout
	n int
}

// OpenSemaphore returns the semaphore at the beginning of mem, with n permits, from 1 to
// MaxHolders. Zero memory is a semaphore of which no permit is taken. All who open it must agree
// on n.
func OpenSemaphore(mem []byte, n int) (*Semaphore, error) {
	if n < 1 || n > MaxHolders {
		return nil, &LayoutError{"semaphore", "limit", uint64(n), MaxHolders}
	}
	l, err := open("semaphore", mem, kindSemaphore, SemaphoreSize, uint64(n))
	if err != nil {
		return nil, err
	}
	return &Semaphore{*l, n}, nil
}

// Acquire takes a permit. It waits while there is none, until ctx ends.
func (s *Semaphore) Acquire(ctx context.Context) error {
	if s.take() {
		return nil
	}
	return s.count.await(ctx, s.take, func() error { s.bury(s.n); return nil })
}

// TryAcquire takes a permit if there is one, and returns ErrLocked otherwise.
func (s *Semaphore) TryAcquire() error {
	if s.take() {
		return nil
	}
	s.bury(s.n)
	if s.take() {
		return nil
	}
	return ErrLocked
}

func (s *Semaphore) take() bool {
	_, ok := s.claim(s.n)
	if ok {
		raceAcquire(s.race)
	}
	return ok
}

// Release gives a permit back. Any goroutine of a process that has one may do so; for another
// process it returns ErrNotOwner.
func (s *Semaphore) Release() error {
	raceRelease(s.race)
	if err := s.disclaim(s.n); err != nil {
		return err
	}
	at("release/free")
	s.count.advanceOne()
	return nil
}
