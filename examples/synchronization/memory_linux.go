package main

import (
	"os"
	"syscall"
	"unsafe"

	"example.com/lockstep/examples/hello/lockstep"
)

// share makes memory for a T that processes can share, filled with zeros. The file is what a child
// is given, to map it as well. It has no name: the memory is gone with the last process that has it.
func share[T any]() (*os.File, *T) {
	// The first file that is opened makes the runtime open its poller as well, and the runtime crashes
	// if later there is no descriptor left for that.
	_, err := os.ReadFile(os.DevNull)
	lockstep.Check(err)
	f, err := lockstep.Unnamed(0)
	lockstep.Check(err)
	_, err = f.Write(make([]byte, unsafe.Sizeof(*new(T))))
	lockstep.Check(err)
	return f, mapped[T](f)
}

// mapped returns the T that share has put into a file.
func mapped[T any](f *os.File) *T {
	memory, err := mapFile(f, int(unsafe.Sizeof(*new(T))))
	lockstep.Check(err)
	return (*T)(unsafe.Pointer(unsafe.SliceData(memory)))
}

// mapFile maps the beginning of a file: what one process writes there, all that have mapped it read.
func mapFile(f *os.File, size int) ([]byte, error) {
	memory, err := syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	return memory, os.NewSyscallError("mmap", err)
}
