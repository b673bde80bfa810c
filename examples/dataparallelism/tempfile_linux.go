package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// tempFile returns an empty file that lies in memory. It never had a name in a
// folder, so it ends with this process, however that ends. Until then others may
// open it under the name returned.
func tempFile() (f *os.File, name string, remove bool, err error) {
	fd, err := unix.MemfdCreate("dataparallelism", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, "", false, os.NewSyscallError("memfd_create", err)
	}
	name = fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), fd)
	return os.NewFile(uintptr(fd), name), name, false, nil
}
