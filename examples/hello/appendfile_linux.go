package main

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// appendFile returns an empty file that was opened for appending, and a function that closes it.
// It lies in memory and never had a name, so that it ends with its last descriptor, whoever is
// killed.
func appendFile() (f *os.File, done func() error, err error) {
	fd, err := unix.MemfdCreate("hello", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, nil, os.NewSyscallError("memfd_create", err)
	}
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETFL, unix.O_APPEND); err != nil {
		return nil, nil, errors.Join(os.NewSyscallError("fcntl", err), unix.Close(fd))
	}
	f = os.NewFile(uintptr(fd), "memfd")
	return f, f.Close, nil
}
