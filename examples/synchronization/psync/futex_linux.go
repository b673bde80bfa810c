package psync

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

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
