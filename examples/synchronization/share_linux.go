package main

import (
	"os"

	"golang.org/x/sys/unix"
)

const pageSize = 4096

// share returns memory to share: a file without a name, which is gone with its last user.
func share() (*os.File, []byte, error) {
	fd, err := unix.MemfdCreate("synchronization", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, nil, os.NewSyscallError("memfd_create", err)
	}
	page := os.NewFile(uintptr(fd), "page")
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

// shared maps it.
func shared(page *os.File) ([]byte, error) {
	mem, err := unix.Mmap(int(page.Fd()), 0, pageSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	return mem, os.NewSyscallError("mmap", err)
}

func unshare(mem []byte) { unix.Munmap(mem) }
