package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"unsafe"
)

// A mapped file is memory that several processes share: a header, then one line of 64 bytes for
// each account, so that two accounts are never on one cache line.
const (
	lineSize    = 64
	mappedMagic = "lockstep mapped 1 "
)

func mappedHeader(kind string) []byte {
	header := make([]byte, lineSize)
	copy(header, mappedMagic+kind+"\n")
	return header
}

func createMapped(dir, kind string, lines int) error {
	data := append(mappedHeader(kind), make([]byte, lines*lineSize)...)
	return writeNew(filepath.Join(dir, kind), data)
}

// openMapped maps the file and returns its lines, each seen as a T. They are memory that other
// processes write to: T must consist of atomics.
func openMapped[T any](dir, kind string) (lines []T, unmap func() error, err error) {
	f, err := os.OpenFile(filepath.Join(dir, kind), os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close() // the mapping stays
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	n := int(info.Size()/lineSize) - 1
	if n < 1 || info.Size()%lineSize != 0 {
		return nil, nil, fmt.Errorf("%s: %d bytes long, want a header and accounts of %d each",
			kind, info.Size(), lineSize)
	}
	mem, unmap, err := mapFile(f, int(info.Size()))
	if err != nil {
		return nil, nil, err
	}
	if !bytes.Equal(mem[:lineSize], mappedHeader(kind)) {
		err := fmt.Errorf("%s: its header is not %q", kind, mappedMagic+kind)
		return nil, nil, errors.Join(err, unmap())
	}
	if unsafe.Sizeof(*new(T)) != lineSize {
		panic("a mapped type must fill a line")
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&mem[lineSize])), n), unmap, nil
}
