//go:build linux

package psync

import "context"

// A Mutex is a mutual exclusion lock between processes, and between the goroutines of each.
type Mutex struct{ layout }

// OpenMutex returns the mutex at the beginning of mem, which every process that uses it maps
// shared. Zero memory is an unlocked mutex.
func OpenMutex(mem []byte) (*Mutex, error) {
	l, err := open("mutex", mem, kindMutex, MutexSize, 0)
	if err != nil {
		return nil, err
	}
	return &Mutex{*l}, nil
}

// Lock locks m. It waits while another process or goroutine holds it. If it returns an error, the
// caller does not hold m; if that is ErrOwnerDied, LockRepair is the way on.
func (m *Mutex) Lock() error {
	if m.owner.CompareAndSwap(0, m.self) {
		raceAcquire(m.race)
		return nil
	}
	_, err := m.lockSlow(context.Background(), false)
	return err
}

// LockContext is Lock with an end: when ctx ends first, it returns ctx.Err(), unless the owner has
// died by then. If m is free, it may succeed though ctx has ended.
func (m *Mutex) LockContext(ctx context.Context) error {
	if m.owner.CompareAndSwap(0, m.self) {
		raceAcquire(m.race)
		return nil
	}
	_, err := m.lockSlow(ctx, false)
	return err
}

// TryLock locks m if nobody holds it, and returns ErrLocked otherwise. To tell a live owner from a
// dead one costs it a few system calls.
func (m *Mutex) TryLock() error { return m.tryLock() }

// LockRepair locks m even if an owner has died. Then it first calls repair, which has m to itself
// and makes whole what m guards: the dead may have stopped between any two instructions. If repair
// returns nil, m is as good as new, and locked. If repair fails or dies too, m is unlocked, and
// Lock returns ErrOwnerDied until somebody's repair succeeds.
func (m *Mutex) LockRepair(ctx context.Context, repair func() error) error {
	return m.lockRepair(ctx, repair, 1)
}

// Unlock unlocks m. Any goroutine of the process that locked it may do so; for another process it
// returns ErrNotOwner and changes nothing.
func (m *Mutex) Unlock() error {
	raceRelease(m.race)
	if m.owner.CompareAndSwap(m.self, 0) {
		return nil
	}
	return m.unlockSlow(1)
}
