//go:build linux

package psync

import (
	"context"
	"runtime"
	"time"
)

// bound is how long a sleeper relies on others. Whoever should wake it may be killed first, and so
// may the owner of what it waits for; after this time it looks for itself. (A variable for the test
// that shows that it is not needed while nobody dies.)
var bound = 100 * time.Millisecond

// giveUp looks for the dead before it returns err. Without that, a program all of whose waits are
// shorter than the bound would never learn of a death.
func giveUp(err error, ready func() bool, look func() error) error {
	if look == nil {
		return err
	}
	if err := look(); err != nil {
		return err
	}
	if ready() {
		return nil
	}
	return err
}

// sleep sleeps while *addr is val, for at most the bound and not much beyond ctx's deadline.
func sleep(ctx context.Context, addr *uint32, val uint32) (woken bool) {
	d := bound
	if end, ok := ctx.Deadline(); ok {
		d = max(min(d, time.Until(end)), 100*time.Microsecond)
	}
	return futexWait(addr, val, d)
}

// wakeWhenDone wakes the sleepers when ctx ends: one of them is ours, the others sleep on. If ours
// is only about to sleep, it is missed, and the bound helps.
func wakeWhenDone(ctx context.Context, addr *uint32) (stop func() bool) {
	if ctx.Done() == nil {
		return func() bool { return true }
	}
	return context.AfterFunc(ctx, func() { futexWake(addr, everybody) })
}

// A turn lets one goroutine of this process at a time sleep in the kernel, where it occupies a
// thread; the others wait for their turn as goroutines do.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

func (t turn) take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	default:
	}
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t turn) pass() { <-t }

// spins is how often Lock looks again before it sleeps: about a microsecond, less than a sleep and
// a wake-up take. On one processor nothing changes while we look.
var spins = func() int {
	if runtime.NumCPU() == 1 {
		return 0
	}
	return 300
}()

// gate is called at the points where a test stops or kills this process; nil outside of tests.
// None lies on a path that makes no system call.
var gate func(point string)

func at(point string) {
	if gate != nil {
		gate(point)
	}
}
