package ring

import (
	"encoding/binary"
	"sync/atomic"
	"unsafe"
)

const (
	magic     = 0x676e69722d6b636c // "lck-ring" on a little-endian machine, and only there
	version   = 1
	alignment = 64 // a cache line; a mapping has far more
	minimum   = 64 // the smallest capacity
	maximum   = 1 << 31
)

// The states of a side.
const (
	free = iota
	open
	closed
)

// header is the beginning of the mapping. What one side writes often and the other reads is on
// cache lines of its own; 128 bytes apart, since processors fetch lines in pairs.
type header struct {
	magic    atomic.Uint64
	version  atomic.Uint64
	capacity atomic.Uint64
	_        [104]byte

	tail   atomic.Uint64 // end of what is published; the writer's
	writer atomic.Uint32 // its state
	_      [116]byte

	head   atomic.Uint64 // end of what is taken; the reader's
	reader atomic.Uint32 // its state
	_      [116]byte

	readerSleeps atomic.Uint32 // 1: the reader wants the bell after the next commit
	_            [60]byte
	writerSleeps atomic.Uint32 // 1: the writer wants it after the next release
	_            [60]byte
}

const headerSize = int(unsafe.Sizeof(header{}))

func headerOf(mem []byte) *header { return (*header)(unsafe.Pointer(unsafe.SliceData(mem))) }

// checkShape looks at mem's size and place, not at what is in it.
func checkShape(mem []byte) error {
	if len(mem) < Size(minimum) {
		return &FormatError{"size", uint64(len(mem)), uint64(Size(minimum))}
	}
	if c := uint64(len(mem) - headerSize); c&(c-1) != 0 || c > maximum {
		power := uint64(minimum)
		for power < maximum && power*2 <= c {
			power *= 2
		}
		return &FormatError{"size", uint64(len(mem)), uint64(headerSize) + power}
	}
	if off := uint64(uintptr(unsafe.Pointer(unsafe.SliceData(mem))) % alignment); off != 0 {
		return &FormatError{"alignment", off, 0}
	}
	return nil
}

// check reports whether mem holds a ring of this version that fits into it.
func check(mem []byte) (*header, error) {
	if err := checkShape(mem); err != nil {
		return nil, err
	}
	h, capacity := headerOf(mem), uint64(len(mem)-headerSize)
	switch {
	case h.magic.Load() != magic:
		return nil, &FormatError{"magic", h.magic.Load(), magic}
	case h.version.Load() != version:
		return nil, &FormatError{"version", h.version.Load(), version}
	case h.capacity.Load() != capacity:
		return nil, &FormatError{"capacity", h.capacity.Load(), capacity}
	}
	return h, nil
}

// checkIndices is for a side that was just taken. Nobody can have taken a message before, so the
// head is where it began, and the tail at most limit bytes behind it.
func checkIndices(h *header, limit int) error {
	if head := h.head.Load(); head != 0 {
		return &FormatError{"head", head, 0}
	}
	if tail := h.tail.Load(); tail%8 != 0 || tail > uint64(limit) {
		return &FormatError{"tail", tail, min(tail, uint64(limit)) &^ 7}
	}
	return nil
}

// A record is a prefix and the message, padded to 8 bytes. The prefix is the length and its
// complement, so that four bytes written by a stranger are seen.
const (
	prefix   = 8
	skipMark = 1<<32 - 1 // no message: the rest of the ring is unused, go on at its beginning
)

func recordSize(n int) uint64 { return prefix + (uint64(n)+7)&^7 }

func putPrefix(at []byte, n uint32) {
	binary.NativeEndian.PutUint64(at, uint64(n)|uint64(^n)<<32)
}

func getPrefix(at []byte) (n uint32, ok bool) {
	v := binary.NativeEndian.Uint64(at)
	return uint32(v), uint32(v>>32) == ^uint32(v)
}
