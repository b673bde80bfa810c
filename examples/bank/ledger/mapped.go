package ledger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"sync/atomic"
	"unsafe"
)

// A mapped file is memory that several processes share: a head, then lines of 64 bytes, so that no
// two values are on one cache line.
const (
	lineSize    = 64
	mappedMagic = "lockstep mapped 1 "
)

// A Word is a number in shared memory, alone on its cache line.
type Word struct {
	atomic.Int64
	_ [lineSize - 8]byte
}

// CreateWords writes numbers into an empty file, for OpenWords to map.
func CreateWords(f *os.File, values []int64) error { return createMapped(f, "words", 0, values) }

// OpenWords maps a file made by CreateWords. The words are the same memory in every process that
// does so. They must not be used after unmap; a process that ends need not call it.
func OpenWords(f *os.File) (words []Word, unmap func() error, err error) {
	return openMapped[Word](f, "words")
}

// createMapped writes a line for each value, which is at the given place of its line.
func createMapped(f *os.File, kind string, place int, values []int64) error {
	data := make([]byte, (1+len(values))*lineSize)
	copy(data, mappedMagic+kind+"\n")
	for i, v := range values {
		binary.NativeEndian.PutUint64(data[(1+i)*lineSize+place:], uint64(v))
	}
	return createFile(f, data) // all of it, since a page that the disk has no room for is a fault
}

// openMapped maps a file and returns its lines, each seen as a T. Other processes write to them: T
// must consist of atomics.
func openMapped[T any](f *os.File, kind string) (lines []T, unmap func() error, err error) {
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	n := info.Size()/lineSize - 1
	if n < 1 || n > maxAccounts || info.Size()%lineSize != 0 {
		return nil, nil, damaged("%d bytes long: want a head and 1 to %d lines of %d bytes each",
			info.Size(), maxAccounts, lineSize)
	}
	memory, unmap, err := mapFile(f, int(info.Size()))
	if err != nil {
		return nil, nil, err
	}
	head := append([]byte(mappedMagic+kind+"\n"), make([]byte, lineSize)...)[:lineSize]
	if !bytes.Equal(memory[:lineSize], head) {
		return nil, nil, errors.Join(damaged("it does not begin with %q", mappedMagic+kind), unmap())
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&memory[lineSize])), n), unmap, nil
}
