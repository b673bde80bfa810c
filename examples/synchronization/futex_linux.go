package main

import (
	"errors"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The bare futex, for the broken twins. What goes wrong with it is what psync is for.
type futex = atomic.Uint32

func futexAt(mem []byte, offset int) *futex { return (*futex)(unsafe.Pointer(&mem[offset])) }

var errTimeout = errors.New("nobody woke it")

// futexWait sleeps while *f is val. It returns errTimeout if that was so for all of d.
func futexWait(f *futex, val uint32, d time.Duration) error {
	const wait = 0
	for end := time.Now().Add(d); f.Load() == val; {
		left := time.Until(end)
		if left <= 0 {
			return errTimeout
		}
		ts := unix.NsecToTimespec(int64(left))
		// Syscall6, never RawSyscall6: the scheduler has to know that this thread sleeps.
		_, _, errno := unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(f)), wait, uintptr(val),
			uintptr(unsafe.Pointer(&ts)), 0, 0)
		if errno == 0 {
			return nil // woken
		}
	}
	return nil
}

// futexWake wakes up to n sleepers and returns how many it woke.
func futexWake(f *futex, n int) int {
	const wake = 1
	woken, _, _ := unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(f)), wake, uintptr(n), 0, 0, 0)
	return int(woken)
}
