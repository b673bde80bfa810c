//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// A memory is bytes that several processes have mapped. The file is what they pass on.
type memory struct {
	file  *os.File
	bytes []byte
}

// newMemory makes memory of a size, filled with zeros, that has no name: when the last process
// that has it is gone, so is the memory, whatever ended them.
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

// mapMemory maps all of a file. It owns the file, also if it fails.
func mapMemory(f *os.File) (*memory, error) {
	b, err := mapFile(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &memory{f, b}, nil
}

func mapFile(f *os.File) ([]byte, error) {
	fi, err := f.Stat()
	if err != nil {
		return nil, err
	}
	const access = unix.PROT_READ | unix.PROT_WRITE
	b, err := unix.Mmap(int(f.Fd()), 0, int(fi.Size()), access, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map %d bytes of %s: %w", fi.Size(), f.Name(), err)
	}
	return b, nil
}

// removedFile returns a file that lost its name at once.
func removedFile() (*os.File, error) {
	f, err := os.CreateTemp("", "lockstep")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// inherited maps the memory that the parent gave this process as descriptor 3.
func inherited() (*memory, error) { return mapMemory(os.NewFile(3, "inherited memory")) }

func (m *memory) close() error { return errors.Join(unix.Munmap(m.bytes), m.file.Close()) }
