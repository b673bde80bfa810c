package mpi

import (
	"errors"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// populate has the kernel provide the memory of n bytes at p, and says if there is none left.
func populate(p unsafe.Pointer, n int) error {
	before := uintptr(p) % uintptr(os.Getpagesize())
	pages := unsafe.Slice((*byte)(unsafe.Add(p, -int(before))), n+int(before))
	err := unix.Madvise(pages, unix.MADV_POPULATE_WRITE)
	switch {
	case errors.Is(err, unix.EFAULT):
		return errors.New("there is not so much shared memory: see df /dev/shm")
	case errors.Is(err, unix.ENOMEM):
		return errors.New("there is not so much memory")
	}
	return nil // before Linux 5.14 it cannot be asked
}
