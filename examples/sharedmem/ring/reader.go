package ring

import (
	"context"
	"io"
)

// A Reader is the side that takes. It is for one goroutine at a time.
type Reader struct {
	h    *header
	data []byte
	bell *bell
	head uint64 // what h.head is: nobody else stores it
	next uint64 // the end of what was taken; behind it nothing is ours any more
	tail uint64 // what h.tail was when we last looked
	err  error  // set once the ring is of no use any more
}

// OpenReader takes the reader's side of the ring in mem. From then on the bell is the Reader's:
// this process's end of a stream whose other end the writer has.
func OpenReader(mem []byte, bell io.ReadWriteCloser) (*Reader, error) {
	h, err := check(mem)
	if err != nil {
		return nil, err
	}
	if !h.reader.CompareAndSwap(free, open) {
		return nil, ErrTaken
	}
	if err := checkIndices(h, len(mem)-headerSize); err != nil {
		return nil, err
	}
	return &Reader{h: h, data: mem[headerSize:len(mem):len(mem)], bell: newBell(bell)}, nil
}

// Next returns the next message, which it waits for. It stays in the ring: it is valid until the
// following Next, which gives its room back. After the writer's Close comes io.EOF; if the writer
// died, ErrPeerDied; both only after all that was committed.
func (r *Reader) Next(ctx context.Context) ([]byte, error) {
	capacity := uint64(len(r.data))
	// Giving back a quarter at a time keeps the head's cache line from travelling per message.
	if r.next-r.head > capacity/4 {
		r.release()
	}
	for {
		if r.next == r.tail || r.err != nil {
			if err := r.wait(ctx); err != nil {
				return nil, err
			}
		}
		start := r.next & (capacity - 1)
		n, ok := getPrefix(r.data[start:]) // read once: a hostile writer may change it
		if ok && n == skipMark && start != 0 && r.tail-r.next > capacity-start {
			r.next += capacity - start
			continue
		}
		if !ok || n > uint32(len(r.data)/2-prefix) {
			r.err = ErrCorrupt
			return nil, r.err
		}
		size := recordSize(int(n))
		if size > r.tail-r.next || size > capacity-start {
			r.err = ErrCorrupt
			return nil, r.err
		}
		r.next += size
		return r.data[start+prefix:][:n:n], nil
	}
}

// release gives back the room of all that was taken.
func (r *Reader) release() {
	r.head = r.next
	r.h.head.Store(r.head) // every load of those messages is before it
	r.bell.ring(&r.h.writerSleeps)
}

// wait waits until there is a message.
func (r *Reader) wait(ctx context.Context) error {
	if r.err == nil && r.next != r.head {
		r.release() // before we sleep: the writer may need all of it
	}
	for r.err == nil {
		// In this order: what a writer did before it went is seen below.
		gone := r.bell.gone.Load()
		state := r.h.writer.Load()
		switch {
		case r.look():
			return nil
		case r.err != nil:
		case state == closed:
			r.err = io.EOF
		case gone:
			r.err = ErrPeerDied
		default:
			ready := func() bool { return r.look() || r.err != nil || r.h.writer.Load() == closed }
			if err := r.bell.await(ctx, &r.h.readerSleeps, ready); err != nil {
				return err
			}
		}
	}
	return r.err
}

// look loads the tail and reports whether there is something behind it to take.
func (r *Reader) look() bool {
	tail := r.h.tail.Load() // what was stored before this tail is seen from here on
	if tail-r.next > uint64(len(r.data)) || tail%8 != 0 {
		r.err = ErrCorrupt
		return false
	}
	r.tail = tail
	return tail != r.next
}

// Close leaves the ring; what Next has returned is taken. The writer's next Reserve that waits, or
// that finds the bell's end closed, returns ErrPeerClosed. If the mapping is gone, which Protect turns
// into an error, the bell is closed all the same, and the writer wakes.
func (r *Reader) Close() (err error) {
	if r.err == ErrClosed {
		return nil
	}
	r.err = ErrClosed
	r.head = r.next                              // or a later Next would give room back in a mapping that may be gone
	defer func() { err = r.bell.conn.Close() }() // deferred, since each line below may fault
	r.h.head.Store(r.head)
	r.h.reader.Store(closed)
	r.bell.ring(&r.h.writerSleeps)
	return nil
}
