//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps the file's first size bytes. What one process writes there, all others see.
func mapFile(f *os.File, size int) (mem []byte, unmap func() error, err error) {
	mem, err = unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, os.NewSyscallError("mmap "+f.Name(), err)
	}
	return mem, func() error { return unix.Munmap(mem) }, nil
}
