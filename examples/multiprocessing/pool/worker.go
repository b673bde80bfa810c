package pool

import (
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
