//go:build !linux

package psync

import "context"

// The names of the package on systems without futex(2): programs compile, and are told at the
// first call.

type (
	Mutex     struct{}
	RWMutex   struct{}
	Semaphore struct{}
	Barrier   struct{}
	Cond      struct{}
	Event     struct{}
	Once      struct{}
)

func OpenMutex([]byte) (*Mutex, error)              { return nil, ErrUnsupported }
func OpenRWMutex([]byte) (*RWMutex, error)          { return nil, ErrUnsupported }
func OpenSemaphore([]byte, int) (*Semaphore, error) { return nil, ErrUnsupported }
func OpenBarrier([]byte, int) (*Barrier, error)     { return nil, ErrUnsupported }
func OpenCond([]byte, *Mutex) (*Cond, error)        { return nil, ErrUnsupported }
func OpenEvent([]byte) (*Event, error)              { return nil, ErrUnsupported }
func OpenOnce([]byte) (*Once, error)                { return nil, ErrUnsupported }

func (*Mutex) Lock() error                                      { return ErrUnsupported }
func (*Mutex) LockContext(context.Context) error                { return ErrUnsupported }
func (*Mutex) TryLock() error                                   { return ErrUnsupported }
func (*Mutex) LockRepair(context.Context, func() error) error   { return ErrUnsupported }
func (*Mutex) Unlock() error                                    { return ErrUnsupported }
func (*RWMutex) Lock() error                                    { return ErrUnsupported }
func (*RWMutex) LockContext(context.Context) error              { return ErrUnsupported }
func (*RWMutex) TryLock() error                                 { return ErrUnsupported }
func (*RWMutex) LockRepair(context.Context, func() error) error { return ErrUnsupported }
func (*RWMutex) Unlock() error                                  { return ErrUnsupported }
func (*RWMutex) RLock() error                                   { return ErrUnsupported }
func (*RWMutex) RLockContext(context.Context) error             { return ErrUnsupported }
func (*RWMutex) TryRLock() error                                { return ErrUnsupported }
func (*RWMutex) RUnlock() error                                 { return ErrUnsupported }
func (*Semaphore) Acquire(context.Context) error                { return ErrUnsupported }
func (*Semaphore) TryAcquire() error                            { return ErrUnsupported }
func (*Semaphore) Release() error                               { return ErrUnsupported }
func (*Barrier) Wait(context.Context) error                     { return ErrUnsupported }
func (*Cond) Wait(context.Context) error                        { return ErrUnsupported }
func (*Cond) Signal() error                                     { return ErrUnsupported }
func (*Cond) Broadcast() error                                  { return ErrUnsupported }
func (*Event) Set() error                                       { return ErrUnsupported }
func (*Event) Reset() error                                     { return ErrUnsupported }
func (*Event) IsSet() bool                                      { return false }
func (*Event) Wait(context.Context) error                       { return ErrUnsupported }
func (*Once) Do(context.Context, func(bool) error) error        { return ErrUnsupported }
