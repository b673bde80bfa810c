//go:build unix

package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"unsafe"

	"example.com/lockstep/examples/hello/lockstep"
)

// newMemory makes memory of a size, filled with zeros. The file is what other processes are given
// to map it. It has no name: when the last process that has it is gone, so is the memory.
func newMemory(size int) (*os.File, []byte) {
	f, err := lockstep.Unnamed(0)
	lockstep.Check(err)
	lockstep.Check(fillWithZeros(f, size))
	memory, err := mapFile(f)
	lockstep.Check(err)
	return f, memory
}

// fillWithZeros gives a new file its size. Truncate could do that, too, but takes no room: if the
// file system turns out to be full, the first store into the mapping kills the process.
func fillWithZeros(f *os.File, size int) error {
	_, err := f.Write(make([]byte, size))
	return err
}

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

// numbers returns memory as numbers. It is no copy: it is the same memory.
func numbers[T int32 | uint32 | int64 | uint64 | float64](memory []byte) ([]T, error) {
	size := unsafe.Sizeof(*new(T))
	p := unsafe.Pointer(unsafe.SliceData(memory))
	if uintptr(p)%size != 0 || uintptr(len(memory))%size != 0 {
		return nil, fmt.Errorf("%d bytes at %p are no whole, aligned %T", len(memory), p, *new(T))
	}
	return unsafe.Slice((*T)(p), uintptr(len(memory))/size), nil
}

// at returns the T that lies at an offset of memory. T must hold no Go pointers, and so no strings
// or slices: an address is good in one process only. An offset may come from another process, so
// it is checked.
func at[T any](memory []byte, offset uint64) (*T, error) {
	size, align := uint64(unsafe.Sizeof(*new(T))), uint64(unsafe.Alignof(*new(T)))
	if offset > uint64(len(memory)) || size > uint64(len(memory))-offset {
		return nil, fmt.Errorf("no %T at offset %d: the memory has %d bytes", *new(T), offset, len(memory))
	}
	p := unsafe.Add(unsafe.Pointer(unsafe.SliceData(memory)), offset)
	if uint64(uintptr(p))%align != 0 {
		return nil, fmt.Errorf("no %T at offset %d: it is not aligned to %d", *new(T), offset, align)
	}
	return (*T)(p), nil
}

// share makes memory for a T, filled with zeros.
func share[T any]() (*os.File, *T) {
	f, memory := newMemory(int(unsafe.Sizeof(*new(T))))
	t, err := at[T](memory, 0)
	lockstep.Check(err)
	return f, t
}

// mapped maps the T that share has put into a file.
func mapped[T any](f *os.File) *T {
	memory, err := mapFile(f)
	lockstep.Check(err)
	t, err := at[T](memory, 0)
	lockstep.Check(err)
	return t
}

// turns is a number in shared memory whose loads and stores wait for their turn, each for one of
// its own, and tell the parent what they have done.
type turns struct {
	name string
	*atomic.Uint64
}

func (t turns) Load() uint64 {
	lockstep.Turn()
	value := t.Uint64.Load()
	lockstep.Done("loads %s: %d", t.name, value)
	return value
}

func (t turns) Store(value uint64) {
	lockstep.Turn()
	t.Uint64.Store(value)
	lockstep.Done("stores %s: %d", t.name, value)
}

func (t turns) Add(delta uint64) uint64 {
	lockstep.Turn()
	value := t.Uint64.Add(delta)
	lockstep.Done("adds %d to %s: %d", delta, t.name, value)
	return value
}

// step gives a process its turn, and says what it has done.
func step(p *lockstep.Process) (did string) {
	did, err := p.Step()
	lockstep.Check(err)
	lockstep.Say("[%s] %s", p.Name, did)
	return did
}
