package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

const pageSize = 4096

// share returns memory to share: a file without a name, which is gone with its last user.
func share() (*os.File, []byte, error) {
	page, err := unnamed()
	if err != nil {
		return nil, nil, err
	}
	if err := page.Truncate(pageSize); err != nil {
		page.Close()
		return nil, nil, err
	}
	mem, err := shared(page)
	if err != nil {
		page.Close()
	}
	return page, mem, err
}

// unnamed returns a file without a name. Others open it, as long as this process has it open, by
// the path that its Name method returns.
func unnamed() (*os.File, error) {
	fd, err := unix.MemfdCreate("synchronization", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	return os.NewFile(uintptr(fd), fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), fd)), nil
}

// shared maps it.
func shared(page *os.File) ([]byte, error) {
	mem, err := unix.Mmap(int(page.Fd()), 0, pageSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	return mem, os.NewSyscallError("mmap", err)
}

func unshare(mem []byte) { unix.Munmap(mem) }
