package main

import (
	"os"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"example.com/lockstep/examples/hello/lockstep"
)

// share makes memory for a T that processes can share, filled with zeros. The file is what a child
// is given, to map it as well. It has no name: the memory is gone with the last process that has it.
func share[T any]() (*os.File, *T) {
	// The first file that is opened makes the runtime open its poller as well, and the runtime crashes
	// if later there is no descriptor left for that.
	_, err := os.ReadFile(os.DevNull)
	lockstep.Check(err)
	f, err := lockstep.Unnamed(0)
	lockstep.Check(err)
	_, err = f.Write(make([]byte, unsafe.Sizeof(*new(T))))
	lockstep.Check(err)
	return f, mapped[T](f)
}

// mapped returns the T that share has put into a file.
func mapped[T any](f *os.File) *T {
	memory, err := mapFile(f, int(unsafe.Sizeof(*new(T))))
	lockstep.Check(err)
	return (*T)(unsafe.Pointer(unsafe.SliceData(memory)))
}

// mapFile maps the beginning of a file: what one process writes there, all that have mapped it read.
func mapFile(f *os.File, size int) ([]byte, error) {
	memory, err := syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	return memory, os.NewSyscallError("mmap", err)
}

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
		// Syscall6 tells Go that this thread may sleep; RawSyscall6 does not.
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
