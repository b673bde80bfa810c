package pool

import (
	"os"

	"golang.org/x/sys/unix"
)

// anonymousFile returns a file that has no name anywhere: it is gone with its last user.
func anonymousFile(name string) (*os.File, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	return os.NewFile(uintptr(fd), name), nil
}
