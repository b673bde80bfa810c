//go:build linux

package psync

import (
	"sync/atomic"
	"unsafe"
)

// Every primitive begins with the same 64 bytes:
//
//	 0  header: magic and version, kind, domain   (0: never opened)
//	 8  owner word, or the limit that the first opener gave
//	16  count: the futex on which those sleep that wait for a change
//	20  state of an Event or a Once: 0 or 1
//
// Slots with the names of holders follow at 64, phases of a Barrier at 512.
const (
	magic   = 0x6b4c // the bytes "Lk"
	version = 1
)

const (
	kindMutex = 1 + iota
	kindRWMutex
	kindSemaphore
	kindBarrier
	kindCond
	kindEvent
	kindOnce
)

// layout gives the parts of an opened primitive their names.
type layout struct {
	owner *atomic.Uint64
	turn  turn // to sleep on owner
	count eventcount
	state *atomic.Uint32
	slots []atomic.Uint64
	phase []atomic.Uint32
	self  uint64 // this process, as it is named in owner and slots
	race  unsafe.Pointer
}

// open checks that mem is a primitive of that kind, and makes it one if it is zero.
func open(name string, mem []byte, kind uint64, size int, limit uint64) (*layout, error) {
	wrong := func(what string, got, want uint64) (*layout, error) {
		return nil, &LayoutError{name, what, got, want}
	}
	if len(mem) < size {
		return wrong("size", uint64(len(mem)), uint64(size))
	}
	base := unsafe.Pointer(unsafe.SliceData(mem))
	if off := uintptr(base) % Alignment; off != 0 {
		return wrong("alignment", uint64(off), 0)
	}
	me, err := identity()
	if err != nil {
		return nil, err
	}
	l := &layout{
		owner: (*atomic.Uint64)(unsafe.Add(base, 8)),
		turn:  newTurn(),
		count: eventcount{(*atomic.Uint32)(unsafe.Add(base, 16)), newTurn()},
		state: (*atomic.Uint32)(unsafe.Add(base, 20)),
		self:  me.id,
		race:  raceToken(base),
	}
	if size > 64 {
		l.slots = unsafe.Slice((*atomic.Uint64)(unsafe.Add(base, 64)), MaxHolders)
	}
	if size > 512 {
		l.phase = unsafe.Slice((*atomic.Uint32)(unsafe.Add(base, 512)), MaxHolders)
	}

	// One compare-and-swap makes zero memory a primitive, so that any number of processes may
	// open it at once and none has to be first.
	header := (*atomic.Uint64)(base)
	want := magic | version<<16 | kind<<24 | uint64(me.domain)<<32
	if header.Load() == 0 {
		words := unsafe.Slice((*atomic.Uint64)(base), size/8)
		for i := range words {
			// Not zero throughout: somebody has just opened it, or it is something else.
			if words[i].Load() != 0 && header.Load() == 0 {
				return wrong("magic", 0, magic)
			}
		}
		header.CompareAndSwap(0, want)
	}
	switch got := header.Load(); {
	case got&0xffff != magic:
		return wrong("magic", got&0xffff, magic)
	case got>>16&0xff != version:
		return wrong("version", got>>16&0xff, version)
	case got>>24&0xff != kind:
		return wrong("kind", got>>24&0xff, kind)
	case got>>32 != uint64(me.domain):
		return wrong("domain", got>>32, uint64(me.domain))
	}
	if limit > 0 {
		l.owner.CompareAndSwap(0, limit)
		if got := l.owner.Load(); got != limit {
			return wrong("limit", got, limit)
		}
	} else if w := l.owner.Load(); corrupt(w) {
		return wrong("state", w, 0)
	}
	if s := l.state.Load(); s > 1 {
		return wrong("state", uint64(s), 0)
	}
	for i := range l.slots {
		if id := l.slots[i].Load(); id&^nameBits != 0 || id != 0 && id&pidBits == 0 {
			return wrong("state", id, 0)
		}
	}
	return l, nil
}

// first is where this process begins to look among n slots: a place of its own, so that processes
// that come and go do not fight for one cache line. The arithmetic is unsigned: a start time uses
// all of its 32 bits once the machine has run for 248 days.
func (l *layout) first(n int) int {
	return int(uint32(l.self>>32^l.self) % uint32(n))
}

// claim puts this process's name into a free slot, one of the first n.
func (l *layout) claim(n int) (slot int, ok bool) {
	start := l.first(n)
	for i := range n {
		slot = (start + i) % n
		if l.slots[slot].Load() == 0 && l.slots[slot].CompareAndSwap(0, l.self) {
			return slot, true
		}
	}
	return 0, false
}

// disclaim frees a slot of this process. They are all alike.
func (l *layout) disclaim(n int) error {
	start := l.first(n)
	for i := range n {
		slot := &l.slots[(start+i)%n]
		if slot.Load() == l.self && slot.CompareAndSwap(l.self, 0) {
			return nil
		}
	}
	return ErrNotOwner
}

// bury frees the slots of the dead.
func (l *layout) bury(n int) {
	for i := range n {
		// The name in the slot is compared when it is freed: who has taken it since, stays.
		if id := l.slots[i].Load(); id != 0 && !alive(id) {
			l.slots[i].CompareAndSwap(id, 0)
			l.count.advance()
		}
	}
}
