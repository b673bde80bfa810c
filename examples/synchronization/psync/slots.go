//go:build linux

package psync

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
