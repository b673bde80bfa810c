//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// lockFile waits until this open file has the lock on its file. The kernel keeps the lock on the
// open file, not in it: when the last process that holds it open dies, the lock is free.
func lockFile(f *os.File) error {
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX)
		if err != unix.EINTR { // a signal, of which the Go runtime sends itself some
			return os.NewSyscallError("flock "+f.Name(), err)
		}
	}
}

func unlockFile(f *os.File) error {
	return os.NewSyscallError("unlock "+f.Name(), unix.Flock(int(f.Fd()), unix.LOCK_UN))
}
