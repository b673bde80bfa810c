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
	for _, f := range frames {
		switch f.kind {
		case kindRecalled:
			w.recalling = false
		case kindReturned:
			out, err = w.returned(out, f)
		case kindAnswers:
			out, err = w.matched(out, f, recovered)
		default:
			err = &ProtocolError{fmt.Sprintf("kind %d is not what can come next", f.kind)}
		}
		if err != nil {
			break
		}
	}
	p.settled(out)
	p.setWanted(0)
	p.gather(false)
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

// matched finds the tasks that a frame of answers belongs to: the first of those that were sent.
func (w *worker) matched(out []answer, f frame, recovered bool) ([]answer, error) {
	id, rest := f.id, f.payload
	for first := true; first || len(rest) > 0; first = false {
		if w.sent.n == 0 || (*w.sent.at(0)).id != id {
			if !recovered {
				return out, &ProtocolError{fmt.Sprintf("an answer to task %d is not what can come next", id)}
			}
			var err error
			if _, rest, err = cutReply(rest); err != nil {
				return out, err
			}
			id++
			continue
		}
		r := *w.sent.at(0)
		a := answer{call: r.call, index: r.index, replies: rest}
		for a.n < r.n && (a.n == 0 || len(rest) > 0) {
			var err error
			if _, rest, err = cutReply(rest); err != nil {
				return out, err
			}
			a.n++
		}
		a.replies = a.replies[:len(a.replies)-len(rest)]
		if r.cancelled != nil {
			a.err = r.cancelled.why
		}
		id += uint64(a.n)
		a.size = w.sent.drop(a.n)
		out = append(out, a)
		w.ran, w.p.failures = true, 0
		w.adapt(a.n)
	}
	return out, nil
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
