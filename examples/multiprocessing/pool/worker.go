package pool

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"time"
)

// A worker is the pool's side of a worker process. Three goroutines serve it: one sends, one
// receives and, in the end, buries it; one copies its standard error (it belongs to os/exec).
// The one that receives waits for nobody, so a worker can always get rid of its answers; this is
// why the two sides never wait for each other.
type worker struct {
	p        *Pool
	number   int
	cmd      *exec.Cmd
	in       *os.File // tasks, to the worker
	out      *os.File // answers, from the worker
	frames   frameReader
	recorder *recorder // nil on systems without
	stderr   *tail
	wake     chan struct{} // for the sender; holds one
	answers  []answer      // the receiver's, to be used again

	// The fields below are guarded by Pool.mu.
	sent         deque // tasks it has and has not answered, in order
	window       int   // how many those may be
	taken        int   // tasks it was given, without those it gave back
	answered     int   // since the mark
	mark         time.Time
	control      []byte // frames to be sent before further tasks
	ready        bool   // it serves and is initialised
	parked       bool   // the sender waits
	recalling    bool   // it has been asked to give back tasks
	ran          bool   // it has begun a task
	ended        bool   // it has been told to finish
	gone         bool   // it is being buried: the process may not be signalled any more
	laddering    bool   // climb is due
	watched      uint64 // the first of sent, when watch last looked
	watchedSince time.Time
}

const (
	windowMax    = 2048
	windowWork   = 2 * time.Millisecond // how much work an adaptive window holds
	sendMaxBytes = 256 << 10            // in one write
	sentMaxBytes = 4 << 20              // at a worker
	balanceDelay = time.Millisecond
)

// hasReason reports whether the sender has something to send.
func (w *worker) hasReason() bool {
	if w.gone || len(w.control) > 0 {
		return true
	}
	if w.sent.tasks == 0 && (w.p.ending || w.p.failed != nil || w.spent()) {
		return true
	}
	return w.p.queue.tasks >= w.worthwhile()
}

// worthwhile returns how many tasks have to be in the queue for it to be worth sending any: one if
// the worker is idle, half of what there is room for if it has worked off half its window. So a
// task alone travels at once, and many travel together.
func (w *worker) worthwhile() int {
	free := w.free()
	switch {
	case free <= 0 || w.sent.tasks > w.window/2:
		return math.MaxInt
	case w.sent.tasks == 0:
		return 1
	}
	return max(1, free/2)
}

// free returns how many more tasks the worker may be given.
func (w *worker) free() int {
	if w.sent.bytes >= sentMaxBytes {
		return 0
	}
	n := w.window - w.sent.tasks
	if limit := w.p.conf.tasksPerWorker; limit > 0 {
		n = min(n, limit-w.taken)
	}
	return n
}

// spent reports whether the worker is to be replaced because of its age.
func (w *worker) spent() bool {
	limit := w.p.conf.tasksPerWorker
	return limit > 0 && w.taken >= limit
}

// rouse wakes the sender. Whoever wakes it counts it as awake, so that the next task wakes another.
func (w *worker) rouse() {
	w.parked = false
	select {
	case w.wake <- struct{}{}:
	default: // a call is already there
	}
}

// send is the goroutine that sends.
func (w *worker) send() {
	var buf []byte
	var batch []run
	for {
		w.p.mu.Lock()
		w.p.gather(false)
		for !w.hasReason() {
			w.park()
		}
		if w.gone {
			w.p.mu.Unlock()
			return
		}
		buf = append(buf[:0], w.control...)
		w.control = w.control[:0]
		batch = w.take(batch[:0])
		last := w.sent.tasks == 0 && len(buf) == 0
		if last {
			w.end()
		}
		w.p.mu.Unlock()
		if last {
			return
		}
		for _, r := range batch {
			buf = appendTasks(buf, r.id, r.n, r.name, r.args)
		}
		clear(batch)
		if _, err := w.in.Write(buf); err != nil {
			return // it is dead, which the one that receives sees too
		}
		if cap(buf) > sendMaxBytes*2 {
			buf = nil
		}
	}
}

// park waits until something may have changed. The caller holds the lock.
func (w *worker) park() {
	p := w.p
	w.borrow()
	w.parked = true
	p.setWanted(0)
	if p.gather(false); !w.hasReason() {
		p.mu.Unlock()
		<-w.wake
		p.mu.Lock()
	}
	w.parked = false // the call may be from before it was parked
}

// borrow has balance called in a while if the worker is idle and another has tasks to spare.
func (w *worker) borrow() {
	p := w.p
	if w.sent.tasks > 0 || p.queue.tasks > 0 || p.ticking {
		return
	}
	for _, other := range p.workers {
		if other != nil && other.sent.tasks > 1 {
			p.ticking = true
			p.tick.Reset(balanceDelay)
			return
		}
	}
}

// take moves the worker's share of the queue to it, and returns it.
func (w *worker) take(batch []run) []run {
	p := w.p
	share := (p.queue.tasks + len(p.workers) - 1) / len(p.workers)
	full := p.full()
	if w.sent.tasks == 0 {
		w.mark, w.answered = time.Now(), 0
	}
	for bytes := 0; bytes < sendMaxBytes; {
		n := min(share, w.free())
		if n <= 0 {
			break
		}
		r := p.queue.take(n)
		w.sent.pushBack(r)
		w.taken += r.n
		share -= r.n
		bytes += len(r.args)
		batch = append(batch, *r)
	}
	if full && !p.full() {
		p.makeRoom()
	}
	p.feed() // the others, if anything is left for them
	return batch
}

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
