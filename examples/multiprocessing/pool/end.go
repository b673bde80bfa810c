package pool

import (
	"encoding/binary"
	"time"
)

// cancel asks the worker to drop tasks. If it does not, climb sees to it.
func (w *worker) cancel(r *run, why error) {
	r.cancelled = &cancellation{why, time.Now()}
	w.control = appendFrame(w.control, frame{kindCancel, r.id, binary.AppendUvarint(nil, uint64(r.n))})
	w.rouse()
	if !w.laddering {
		w.laddering = true
		time.AfterFunc(w.p.conf.grace, w.climb)
	}
}

// climb sends SIGTERM to a worker that has held on to a cancelled task for a grace, and SIGKILL
// after two.
func (w *worker) climb() {
	w.p.mu.Lock()
	defer w.p.mu.Unlock()
	w.laddering = false
	var oldest *cancellation
	for r := range w.sent.all() {
		if c := r.cancelled; c != nil && (oldest == nil || c.since.Before(oldest.since)) {
			oldest = c
		}
	}
	if oldest == nil || w.gone {
		return
	}
	grace, age := w.p.conf.grace, time.Since(oldest.since)
	next := grace - age
	switch {
	case age >= 2*grace:
		kill(w.cmd.Process)
		return
	case age >= grace:
		terminate(w.cmd.Process)
		next = 2*grace - age
	}
	w.laddering = true
	time.AfterFunc(next, w.climb)
}

// end tells the worker that no more tasks follow. The caller holds the lock.
func (w *worker) end() {
	if w.ended || w.gone {
		return
	}
	w.ended = true
	if !w.ready { // it was just being started
		kill(w.cmd.Process)
		return
	}
	// The sender is parked or is the caller, so nobody else writes. An idle worker's pipe is
	// empty: this does not block.
	w.in.Write(appendFrame(nil, frame{kindClose, 0, nil}))
	time.AfterFunc(w.p.conf.grace, func() {
		w.p.mu.Lock()
		defer w.p.mu.Unlock()
		if !w.gone {
			kill(w.cmd.Process)
		}
	})
}

// bury collects what is left of a worker that is dead, or is to be killed for the given reason.
func (w *worker) bury(reason error) {
	p := w.p
	p.mu.Lock()
	w.gone = true
	w.rouse()
	kill(w.cmd.Process) // end-of-file may come a moment before the end; and its group goes too
	p.mu.Unlock()
	w.cmd.Wait() // after this w.stderr is complete; how it ended is in ProcessState
	w.in.Close()
	w.out.Close()
	var running uint64
	if w.recorder != nil {
		running = w.recorder.running.Load()
		var frames []frame
		rest := w.recorder.recovered()
		for len(rest) > 0 {
			f, r, _, err := parseFrame(rest, w.frames.limit)
			if err != nil {
				break
			}
			frames, rest = append(frames, f), r
		}
		w.settle(frames, true)
		w.recorder.close()
	}

	var out []answer
	p.mu.Lock()
	p.workers[w.number-1] = nil
	if !w.ended {
		p.stats.Crashed++
	}
	var again []*run
	if w.sent.n > 0 {
		// Without a recorder the first task may have begun. The others have not.
		if first := *w.sent.at(0); first.id == running || w.recorder == nil {
			first = w.sent.take(1)
			first.crashes++
			w.ran, p.failures = true, 0
			switch {
			case first.cancelled != nil:
				out = append(out, first.all(first.cancelled.why))
			case first.crashes > p.conf.retries:
				err := &CrashError{w.number, w.cmd.ProcessState, w.stderr.String(), first.crashes, reason}
				out = append(out, first.all(err))
			default:
				p.stats.Retried++
				again = append(again, first)
			}
		}
	}
	for w.sent.n > 0 {
		if r := w.sent.popFront(); r.cancelled != nil {
			out = append(out, r.all(r.cancelled.why))
		} else {
			again = append(again, r)
		}
	}
	p.requeue(again)
	p.settled(out)
	p.mu.Unlock()
	deliver(out)
}
