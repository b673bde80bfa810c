package psync

import (
	"errors"
	"fmt"
)

// How much of a mapping each primitive takes. The memory must begin at a multiple of Alignment, so
// that no two primitives share a cache line.
const (
	Alignment     = 64
	MutexSize     = 64
	CondSize      = 64
	EventSize     = 64
	OnceSize      = 64
	RWMutexSize   = 512
	SemaphoreSize = 512
	BarrierSize   = 768
)

// MaxHolders is how many readers an RWMutex, permits a Semaphore and parties a Barrier can have:
// each is a word of shared memory with the name of the process that holds it.
const MaxHolders = 56

var (
	// ErrOwnerDied says that a process has ended while it held the lock, so that what the lock
	// guards may be half written. The caller does not hold the lock; LockRepair takes it.
	ErrOwnerDied = errors.New("psync: the owner died while it held the lock")

	// ErrPartyDied says that a process has ended that had joined a Barrier and not arrived.
	ErrPartyDied = errors.New("psync: a party of the barrier died before it arrived")

	// ErrLocked says that a Try method would have had to wait.
	ErrLocked = errors.New("psync: locked by another")

	// ErrNotOwner says that this process does not hold what it wants to give back.
	ErrNotOwner = errors.New("psync: not held by this process")

	// ErrFull says that a Barrier has all its parties already, and all of them are alive.
	ErrFull = errors.New("psync: every party of the barrier is taken")

	// ErrUnsupported is what everything returns on systems other than Linux.
	ErrUnsupported = errors.New("psync: needs Linux: locks in shared memory rest on its futex")
)

// A LayoutError says why some memory is not the primitive that it was opened as.
type LayoutError struct {
	Primitive string // such as "mutex"
	// What is wrong: "size", "alignment", "magic" (something else lies there, or noise),
	// "version" (of another release of this package), "kind" (another primitive), "limit" (opened
	// elsewhere with another number), "domain" (used before the last boot, or in another pid or
	// time namespace, where the same pid means another process), or "state" (no state that the
	// primitive can be in).
	What      string
	Got, Want uint64
}

func (e *LayoutError) Error() string {
	return fmt.Sprintf("psync: not a usable %s: %s is %#x, want %#x",
		e.Primitive, e.What, e.Got, e.Want)
}
