package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// anonymousFile returns a file that lies in memory and never had a name.
func anonymousFile() (*os.File, error) {
	fd, err := unix.MemfdCreate("ipc", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	return os.NewFile(uintptr(fd), "memfd"), nil
}
