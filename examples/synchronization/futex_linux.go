package main

import (
	"os"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// futexWait sleeps while *word is value. If nobody has woken it by the
// limit, it returns os.ErrDeadlineExceeded. It may also return early, so
// the caller has to look again.
func futexWait(word *atomic.Uint32, value uint32, limit time.Duration) error {
	const wait = 0
	for end := time.Now().Add(limit); word.Load() == value; {
		left := time.Until(end)
		if left <= 0 {
			return os.ErrDeadlineExceeded
		}
		t := syscall.NsecToTimespec(int64(left))
		// Syscall6, never RawSyscall6: Go has to know that this thread sleeps.
		_, _, errno := syscall.Syscall6(syscall.SYS_FUTEX,
			uintptr(unsafe.Pointer(word)), wait, uintptr(value),
			uintptr(unsafe.Pointer(&t)), 0, 0)
		if errno == 0 {
			return nil // woken
		}
	}
	return nil
}

// futexWake wakes up to n sleepers, and returns how many it has woken.
func futexWake(word *atomic.Uint32, n int) int {
	const wake = 1
	woken, _, _ := syscall.Syscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(word)), wake, uintptr(n), 0, 0, 0)
	return int(woken)
}
