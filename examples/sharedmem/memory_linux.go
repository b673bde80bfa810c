package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// anonymousFile returns a file that lies in memory and never had a name.
func anonymousFile() (*os.File, error) {
	fd, err := unix.MemfdCreate("lockstep", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	return os.NewFile(uintptr(fd), "memfd"), nil
}

// namelessFile returns a file on disk that never had a name, where the file system can make one.
func namelessFile() (*os.File, error) {
	fd, err := unix.Open(os.TempDir(), unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return removedFile()
	}
	return os.NewFile(uintptr(fd), "unnamed file"), nil
}
