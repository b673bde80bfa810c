// Package ring is a queue of messages from one process to another, in memory both have mapped.
// Nothing is copied and, while neither side has to wait, no system call is made: the writer builds
// a message where the reader reads it.
//
// One process reserves and commits, one takes. That there are no more is checked on opening.
//
//	mem := …                       // MAP_SHARED, Size(capacity) bytes, zeroed or not
//	err := ring.Format(mem)        // once, by whoever made the mapping
//	w, err := ring.OpenWriter(mem, bell)     r, err := ring.OpenReader(mem, bell)
//	b, err := w.Reserve(ctx, 64)             b, err := r.Next(ctx)
//	copy(b, …)                               … b, until the next Next …
//	w.Commit()
//
// # The bell
//
// A side that has to wait sleeps on its bell: one end of a stream both processes share besides the
// memory (a Unix socket pair). A byte in it means "look again". Its end means that the other
// process is gone, whatever ended it: the kernel closes a dead process's descriptors. So the death
// of either side is seen by the other at once, asleep or not, without a pid, a timer or a signal.
// Every process that keeps the other's end open, a parent above all, hides that death.
//
// # Memory ordering
//
// The two indices count bytes since the beginning and only grow. The writer alone stores the tail,
// the reader alone the head.
//
//   - Publication. The writer fills a record with plain stores, then stores the tail atomically.
//     The reader loads the tail atomically, then reads the record with plain loads. A load that
//     sees the new tail synchronizes with that store, so it sees the record, and all of it.
//   - Reuse. The reader has read a record before it stores the head atomically; the writer loads
//     the head before it writes over it. The same argument with the sides exchanged.
//   - Sleep. A side about to sleep stores its flag, then looks at the other's index again. The
//     other stores its index, then looks at the flag. Go's atomic operations are sequentially
//     consistent, so at least one of the two sees the other: no wake-up is lost. With weaker
//     (release and acquire) operations, both could miss.
//
// The Go memory model speaks of the goroutines of one program. Across two it holds for the
// hardware's reason: an atomic operation compiles to an instruction that orders this processor's
// accesses to the physical memory, and no compiler moves a plain access past it. Over ordinary
// memory, between goroutines, the race detector checks the same code; testdata/sharedmem/ring.pml
// is the protocol as a model that spin checks in every interleaving.
package ring

import (
	"errors"
	"fmt"
	"unsafe"
)

// What can be wrong with the other side, or with a message.
var (
	ErrPeerDied   = errors.New("ring: the other side died without closing")
	ErrPeerClosed = errors.New("ring: the reader has closed")
	ErrClosed     = errors.New("ring: closed")
	ErrTaken      = errors.New("ring: this side is taken: a ring has one writer and one reader")
	ErrTooLong    = errors.New("ring: message too long")
	ErrCorrupt    = errors.New("ring: corrupt: somebody wrote what no ring holds")
)

// A FormatError says why a mapping is not taken for a ring.
type FormatError struct {
	Field     string // size, alignment, magic, version, capacity, head or tail
	Got, Want uint64
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("ring: not a ring: %s is %#x, want %#x", e.Field, e.Got, e.Want)
}

// Size returns how large the mapping of a ring is that holds capacity bytes, which is a power of
// two from 64 to 2 GiB. A message takes 8 bytes more than its length, rounded up to 8.
func Size(capacity int) int { return headerSize + capacity }

// Format makes mem, of a size that Size returns, an empty ring. No side may be open.
func Format(mem []byte) error {
	if err := checkShape(mem); err != nil {
		return err
	}
	h := headerOf(mem)
	h.magic.Store(0)
	clear(mem[unsafe.Sizeof(h.magic):headerSize])
	h.version.Store(version)
	h.capacity.Store(uint64(len(mem) - headerSize))
	h.magic.Store(magic) // last: who sees it sees the rest
	return nil
}
