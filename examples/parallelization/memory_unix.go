//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// newMemory makes memory of a size, filled with zeros, that processes can share. It has no name:
// when the last process that has it is gone, so is the memory.
func newMemory(size int) (*memory, error) {
	f, err := anonymousFile()
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(int64(size)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return mapMemory(f)
}

// inherited maps the memory that the parent gave this process as descriptor 3.
func inherited() (*memory, error) { return mapMemory(os.NewFile(3, "inherited memory")) }

func mapMemory(f *os.File) (*memory, error) {
	fi, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	const access = unix.PROT_READ | unix.PROT_WRITE
	b, err := unix.Mmap(int(f.Fd()), 0, int(fi.Size()), access, unix.MAP_SHARED)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("map %d bytes: %w", fi.Size(), err), f.Close())
	}
	return &memory{f, b}, nil
}

func (m *memory) close() error { return errors.Join(unix.Munmap(m.bytes), m.file.Close()) }
