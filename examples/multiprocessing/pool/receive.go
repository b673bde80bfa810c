package pool

import (
	"encoding/binary"
	"fmt"
	"time"
)

// receive takes in frames until the worker is dead, or sends what no worker sends.
func (w *worker) receive() error {
	for {
		frames, err := w.frames.next()
		if err == nil {
			err = w.settle(frames, false)
		}
		if err != nil {
			return err
		}
	}
}

// settle answers the tasks the frames belong to. Frames from a dead worker's recorder may be ones
// that were already read from the pipe.
func (w *worker) settle(frames []frame, recovered bool) error {
	out := w.answers[:0]
	var err error
	p := w.p
	p.mu.Lock()
	for len(frames) > 0 && err == nil {
		f := frames[0]
		n := 1
		switch {
		case f.kind == kindRecalled:
			w.recalling = false
		case f.kind == kindReturned:
			out, err = w.returned(out, f)
		case f.kind >= kindResult && w.sent.n > 0 && (*w.sent.at(0)).id == f.id:
			r := *w.sent.at(0)
			for n < len(frames) && n < r.n && frames[n].kind >= kindResult &&
				frames[n].kind < kindReturned && frames[n].id == r.id+uint64(n) {
				n++
			}
			a := answer{call: r.call, index: r.index, n: n, frames: frames[:n]}
			if r.cancelled != nil {
				a.err = r.cancelled.why
			}
			a.size = w.sent.drop(n)
			out = append(out, a)
			w.ran, p.failures = true, 0
			w.adapt(n)
		case !recovered:
			err = &ProtocolError{fmt.Sprintf("kind %d for task %d is not what can come next", f.kind, f.id)}
		}
		frames = frames[n:]
	}
	p.settled(out)
	p.wanted = 0
	if w.parked && w.hasReason() {
		w.rouse()
	}
	w.borrow()
	p.mu.Unlock()
	deliver(out)
	clear(out)
	w.answers = out
	return err
}

// returned takes back tasks that the worker has not begun.
func (w *worker) returned(out []answer, f frame) ([]answer, error) {
	n, size := binary.Uvarint(f.payload)
	if size <= 0 || n == 0 || n > uint64(w.sent.tasks) {
		return out, &ProtocolError{fmt.Sprintf("%d tasks given back of %d", n, w.sent.tasks)}
	}
	var again []*run
	for _, r := range w.sent.extract(f.id, int(n)) {
		w.taken -= r.n
		n -= uint64(r.n)
		if r.cancelled != nil {
			out = append(out, r.all(r.cancelled.why))
			continue
		}
		w.p.stats.Moved += r.n
		again = append(again, r)
	}
	w.p.requeue(again)
	if n > 0 {
		return out, &ProtocolError{"tasks given back that the worker does not have"}
	}
	return out, nil
}

// adapt sets the window to what the worker does in windowWork.
func (w *worker) adapt(n int) {
	w.answered += n
	if w.p.conf.window > 0 {
		return
	}
	now := time.Now()
	elapsed := now.Sub(w.mark)
	if w.answered < w.window && elapsed < 2*windowWork {
		return
	}
	want := int(windowWork * time.Duration(w.answered) / max(elapsed, 1))
	w.window = max(1, min(want, 2*w.window, windowMax))
	w.mark, w.answered = now, 0
}
