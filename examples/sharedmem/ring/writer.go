package ring

import (
	"context"
	"fmt"
	"io"
)

// A Writer is the side that sends. It is for one goroutine at a time.
type Writer struct {
	h    *header
	data []byte
	bell *bell
	tail uint64 // what h.tail is: nobody else stores it
	next uint64 // the end of what is reserved
	head uint64 // what h.head was when we last looked: there may be more room, never less
	err  error  // set once the ring is of no use any more
}

// OpenWriter takes the writer's side of the ring in mem. From then on the bell is the Writer's:
// this process's end of a stream whose other end the reader has.
func OpenWriter(mem []byte, bell io.ReadWriteCloser) (*Writer, error) {
	h, err := check(mem)
	if err != nil {
		return nil, err
	}
	if !h.writer.CompareAndSwap(free, open) {
		return nil, ErrTaken
	}
	if err := checkIndices(h, 0); err != nil {
		return nil, err
	}
	return &Writer{h: h, data: mem[headerSize:len(mem):len(mem)], bell: newBell(bell)}, nil
}

// Max returns the length of the longest message: a record fits into half of the ring, so that it
// fits wherever the last one ended.
func (w *Writer) Max() int { return len(w.data)/2 - prefix }

// Reserve returns room for a message of n bytes, which it waits for. What the room holds is
// arbitrary. The message is sent by the next Commit; several may be reserved before. A Reserve
// that waits commits those before it, or it would wait for a reader that has nothing to take.
func (w *Writer) Reserve(ctx context.Context, n int) ([]byte, error) {
	if n < 0 || n > w.Max() {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLong, n, w.Max())
	}
	size, capacity := recordSize(n), uint64(len(w.data))
	start := w.next & (capacity - 1)
	skip := uint64(0)
	if rest := capacity - start; rest < size {
		skip = rest // a message is never in two pieces
	}
	end := w.next + skip + size
	if w.bell.gone.Load() {
		w.lose() // there may be room, but nobody who takes
	}
	if end-w.head > capacity || w.err != nil {
		if err := w.wait(ctx, end-capacity); err != nil {
			return nil, err
		}
	}
	if skip > 0 {
		putPrefix(w.data[start:], skipMark)
		start = 0
	}
	putPrefix(w.data[start:], uint32(n))
	w.next = end
	return w.data[start+prefix:][:n:n], nil
}

// Commit sends all that was reserved. It never waits.
func (w *Writer) Commit() {
	if w.next != w.tail && w.err == nil {
		w.tail = w.next
		w.h.tail.Store(w.tail) // the publication: every store above is before it
		w.bell.ring(&w.h.readerSleeps)
	}
}

// Drain commits, and waits until the reader is done with all messages: it came back for more, or
// closed.
func (w *Writer) Drain(ctx context.Context) error {
	w.Commit()
	return w.wait(ctx, w.tail)
}

// wait commits, and waits until the head has reached the given place.
func (w *Writer) wait(ctx context.Context, place uint64) error {
	w.Commit()
	for w.err == nil {
		left := w.bell.gone.Load() || w.h.reader.Load() == closed // before the head: it is final then
		switch {
		case w.look(place):
			return nil
		case w.err != nil:
		case left:
			w.lose()
		default:
			ready := func() bool { return w.look(place) || w.err != nil }
			if err := w.bell.await(ctx, &w.h.writerSleeps, ready); err != nil {
				return err
			}
		}
	}
	return w.err
}

// lose notes how the reader left.
func (w *Writer) lose() {
	switch {
	case w.err != nil:
	case w.h.reader.Load() == closed:
		w.err = ErrPeerClosed
	default:
		w.err = ErrPeerDied
	}
}

// look loads the head and reports whether it has reached the given place.
func (w *Writer) look(place uint64) bool {
	head := w.h.head.Load()
	if head-w.head > w.tail-w.head || head%8 != 0 { // backwards, or beyond the tail
		w.err = ErrCorrupt
		return false
	}
	w.head = head
	return int64(head-place) >= 0
}

// Close tells the reader that there is no more. What was not committed is dropped. If the mapping is
// gone, which Protect turns into an error, the bell is closed all the same, and the reader wakes.
func (w *Writer) Close() (err error) {
	if w.err == ErrClosed {
		return nil
	}
	w.err = ErrClosed
	defer func() { err = w.bell.conn.Close() }() // deferred, since each line below may fault
	w.h.writer.Store(closed)
	w.bell.ring(&w.h.readerSleeps)
	return nil
}
