//go:build linux

package psync

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
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

const everybody = 1<<31 - 1

// An eventcount lets processes sleep until something has changed. Its lowest bit says that
// somebody sleeps or is about to; the others count the changes.
//
// The order is what matters. A sleeper takes the key first, then looks, then sleeps with that key;
// whoever changes something does it first, then advances. So either the sleeper sees the change or
// its key is out of date, and the kernel does not let it sleep.
type eventcount struct {
	word *atomic.Uint32
	turn turn
}

// key announces a sleeper.
func (e eventcount) key() uint32 {
	for {
		c := e.word.Load()
		if c&1 == 1 || e.word.CompareAndSwap(c, c|1) {
			return c | 1
		}
	}
}

// advance wakes everybody. It costs no system call if nobody sleeps.
func (e eventcount) advance() {
	for {
		c := e.word.Load()
		if c&1 == 0 {
			return
		}
		if e.word.CompareAndSwap(c, c+1) { // the bit is cleared, the count goes up by one
			at("advance/counted")
			futexWake((*uint32)(unsafe.Pointer(e.word)), everybody)
			return
		}
	}
}

// advanceOne wakes one sleeper. If that one dies of it, the others notice when their time is up.
func (e eventcount) advanceOne() {
	for {
		c := e.word.Load()
		if c&1 == 0 {
			return
		}
		if !e.word.CompareAndSwap(c, c+2) { // others may sleep on: their bit stays
			continue
		}
		at("advance/counted")
		if futexWake((*uint32)(unsafe.Pointer(e.word)), 1) == 0 {
			at("advance/nobody")
			// Nobody slept, so the bit comes down. Who has fallen asleep since, under the bit,
			// would be missed from now on: it is woken, and announces itself again.
			if e.word.CompareAndSwap(c+2, c+3) {
				futexWake((*uint32)(unsafe.Pointer(e.word)), everybody)
			}
		}
		return
	}
}

// await sleeps until ready returns true. Once in a while it calls look, which may free what the
// dead have held; its error ends the wait.
func (e eventcount) await(ctx context.Context, ready func() bool, look func() error) error {
	if err := e.turn.take(ctx); err != nil {
		return err
	}
	defer e.turn.pass()
	addr := (*uint32)(unsafe.Pointer(e.word))
	defer wakeWhenDone(ctx, addr)()
	looked := time.Now()
	for {
		key := e.key()
		if ready() {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return giveUp(err, ready, look)
		}
		at("await/sleep")
		sleep(ctx, addr, key)
		if look != nil && time.Since(looked) >= bound {
			looked = time.Now()
			if err := look(); err != nil {
				return err
			}
		}
	}
}

// Operations of futex(2). Not the private ones: the word is shared between processes.
const (
	futexWaitOp = 0
	futexWakeOp = 1
)

// futexWait sleeps while *addr is val, until it is woken, for at most d. It goes through Syscall6:
// RawSyscall6 would not tell the scheduler that this thread blocks, and the garbage collector
// would wait for it. It says whether it was woken; otherwise the word had changed, the time was
// over, or a signal came, as the scheduler sends them. The caller looks at the word in any case.
func futexWait(addr *uint32, val uint32, d time.Duration) (woken bool) {
	ts := unix.NsecToTimespec(int64(d))
	_, _, errno := unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(addr)), futexWaitOp, uintptr(val),
		uintptr(unsafe.Pointer(&ts)), 0, 0)
	return errno == 0
}

// futexWake wakes up to n sleepers and says how many it woke.
func futexWake(addr *uint32, n int) int {
	woken, _, errno := unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(addr)), futexWakeOp,
		uintptr(n), 0, 0, 0)
	if errno != 0 {
		return 0 // the mapping is gone; whoever slept there is too
	}
	return int(woken)
}
