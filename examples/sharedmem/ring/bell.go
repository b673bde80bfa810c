package ring

import (
	"context"
	"io"
	"runtime"
	"sync/atomic"
)

// A bell wakes this side, wakes the other, and knows whether the other is still there.
type bell struct {
	conn io.ReadWriteCloser
	wake chan struct{} // holds one: the other rang since we last looked
	dead chan struct{} // closed when the other's end of conn is
	gone atomic.Bool   // the same, at the price of a load
}

func newBell(conn io.ReadWriteCloser) *bell {
	b := &bell{conn: conn, wake: make(chan struct{}, 1), dead: make(chan struct{})}
	go b.listen()
	return b
}

// listen ends when the other side's end of conn is closed, or ours.
func (b *bell) listen() {
	for rung := make([]byte, 64); ; {
		if _, err := b.conn.Read(rung); err != nil {
			b.gone.Store(true)
			close(b.dead)
			return
		}
		select {
		case b.wake <- struct{}{}:
		default: // one is enough
		}
	}
}

// ring wakes the other side if its flag says that it sleeps, or is about to. If the other is gone
// there is nobody to wake, and listen finds out.
func (b *bell) ring(sleeps *atomic.Uint32) {
	if sleeps.Load() != 0 && sleeps.Swap(0) != 0 {
		b.conn.Write([]byte{1})
	}
}

// A side looks again some times before it sleeps: for about 10 µs, what it costs to sleep and be
// woken. On a single processor, looking keeps the other from doing what we look for.
//
// Between two looks it pauses. Each look takes the index's cache line from the processor that is
// about to store to it; a side that looks without a pause slows down what it waits for, and then
// gets one message at a time instead of a handful.
var spins = map[bool]int{true: 250}[runtime.NumCPU() > 1]

const pause = 100 // turns of an empty loop

// await waits until ready, the other is gone, or ctx is done. It may return early: look again.
func (b *bell) await(ctx context.Context, sleeps *atomic.Uint32, ready func() bool) error {
	for range spins {
		if ready() {
			return nil
		}
		for range pause {
		}
	}
	sleeps.Store(1)
	defer sleeps.Store(0)
	if ready() { // looked at after the flag is up: from now on the other rings
		return nil
	}
	select {
	case <-b.wake:
	case <-b.dead:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}
