//go:build amd64 || arm64

package mpi

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A sigaction is the kernel's, on these processors.
type sigaction struct {
	handler, flags, restorer uintptr
	mask                     uint64
}

const (
	saOnStack = 0x08000000
	sigIgnore = 1  // handlers up to this are none
	sigLast   = 64 // with the real-time signals
)

// onSignalStack makes every signal handler run on the thread's signal stack. That of MPICH for
// SIGUSR1 would run on the stack of the goroutine that is interrupted, which is too small for it.
func onSignalStack() error {
	for number := uintptr(1); number <= sigLast; number++ {
		var a sigaction
		if err := rtSigaction(number, nil, &a); err != nil {
			return err
		}
		if a.handler <= sigIgnore || a.flags&saOnStack != 0 {
			continue
		}
		a.flags |= saOnStack
		if err := rtSigaction(number, &a, nil); err != nil {
			return err
		}
	}
	return nil
}

func rtSigaction(number uintptr, set, old *sigaction) error {
	_, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, number,
		uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(old)), unsafe.Sizeof(sigaction{}.mask), 0, 0)
	if errno != 0 {
		return fmt.Errorf("rt_sigaction of signal %d: %w", number, errno)
	}
	return nil
}
