//go:build unix

package main

import (
	"os"
	"syscall"
)

// mapFile maps all of a file: what one process stores there, all that have mapped it load.
func mapFile(f *os.File) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	const access = syscall.PROT_READ | syscall.PROT_WRITE
	memory, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), access, syscall.MAP_SHARED)
	return memory, os.NewSyscallError("mmap", err)
}
