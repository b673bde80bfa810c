package pool

import (
	"encoding/binary"
	"iter"
	"time"
)

// A run is one task, or several of one call with ids and indexes in a row. What is done to many
// tasks is done to a run: at 3 million tasks a second, a pointer per task is too much.
type run struct {
	id        uint64 // of its first task
	n         int    // how many tasks
	call      call
	index     int    // of its first task
	frames    []byte // the tasks' frames
	crashes   int    // how many workers its only task has taken with it
	cancelled *cancellation
}

type cancellation struct {
	why   error
	since time.Time
}

// A call waits for the answers to its tasks.
type call interface {
	answer(answer)
	ended() error // guarded by Pool.mu: why no further task of it is to be taken
}

// An answer is what came of n tasks in a row: a frame for each from a worker, or an error for all.
type answer struct {
	call   call
	index  int // of the first
	n      int
	size   int // of the tasks' frames
	frames []frame
	err    error // with frames: what answers a task without a result, as it was cancelled
}

// all answers the whole run with an error.
func (r *run) all(err error) answer {
	return answer{call: r.call, index: r.index, n: r.n, size: len(r.frames), err: err}
}

// drop removes the first n tasks and returns how long their frames were.
func (r *run) drop(n int) (size int) {
	for range n {
		size += 4 + int(binary.LittleEndian.Uint32(r.frames[size:]))
	}
	r.id += uint64(n)
	r.index += n
	r.n -= n
	r.frames = r.frames[size:]
	return size
}

// split cuts off the first n tasks and returns them.
func (r *run) split(n int) *run {
	first := *r
	size := r.drop(n)
	first.n, first.frames = n, first.frames[:size:size]
	return &first
}

// extend adds a task to the run, if it follows the last in every respect. Its frame has to lie
// behind the last one in memory.
func (r *run) extend(t *run) bool {
	if t.call != r.call || t.index != r.index+r.n || t.id != r.id+uint64(r.n) ||
		r.crashes > 0 || r.cancelled != nil || cap(r.frames) < len(r.frames)+len(t.frames) {
		return false
	}
	frames := r.frames[:len(r.frames)+len(t.frames)]
	if &frames[len(r.frames)] != &t.frames[0] {
		return false
	}
	r.frames = frames
	r.n++
	return true
}

// A deque is a queue of runs, which are sometimes put back at its front. It is a ring that grows.
type deque struct {
	buf     []*run
	head, n int // runs
	tasks   int
	bytes   int // of frames
}

func (d *deque) at(i int) **run { return &d.buf[(d.head+i)&(len(d.buf)-1)] }

func (d *deque) count(r *run, sign int) {
	d.n += sign
	d.tasks += sign * r.n
	d.bytes += sign * len(r.frames)
}

func (d *deque) grow() {
	if d.n < len(d.buf) {
		return
	}
	buf := make([]*run, max(16, 2*len(d.buf))) // always a power of two
	for i := range d.n {
		buf[i] = *d.at(i)
	}
	d.buf, d.head = buf, 0
}

func (d *deque) pushBack(r *run) {
	d.grow()
	*d.at(d.n) = r
	d.count(r, +1)
}

func (d *deque) pushFront(r *run) {
	d.grow()
	d.head = (d.head - 1) & (len(d.buf) - 1)
	*d.at(0) = r
	d.count(r, +1)
}

func (d *deque) popFront() *run {
	r := *d.at(0)
	*d.at(0) = nil
	d.head = (d.head + 1) & (len(d.buf) - 1)
	d.count(r, -1)
	return r
}

// take removes up to max tasks from the front, of one run.
func (d *deque) take(max int) *run {
	r := *d.at(0)
	if r.n <= max {
		return d.popFront()
	}
	first := r.split(max)
	d.tasks -= first.n
	d.bytes -= len(first.frames)
	return first
}

// add puts a task at the end, into the last run if it belongs there.
func (d *deque) add(t *run) {
	if d.n > 0 && (*d.at(d.n - 1)).extend(t) {
		d.tasks++
		d.bytes += len(t.frames)
		return
	}
	r := *t
	d.pushBack(&r)
}

// drop removes the first n tasks of the first run and returns how long their frames were.
func (d *deque) drop(n int) int {
	r := *d.at(0)
	size := r.drop(n)
	d.tasks -= n
	d.bytes -= size
	if r.n == 0 {
		d.popFront()
	}
	return size
}

func (d *deque) all() iter.Seq[*run] {
	return func(yield func(*run) bool) {
		for i := range d.n {
			if !yield(*d.at(i)) {
				return
			}
		}
	}
}

// filter keeps the runs for which keep holds, in their order.
func (d *deque) filter(keep func(*run) bool) {
	old := *d
	*d = deque{}
	for r := range old.all() {
		if keep(r) {
			d.pushBack(r)
		}
	}
}

// extract removes the tasks with the n ids from id on, and returns them in their order.
func (d *deque) extract(id uint64, n int) (out []*run) {
	end := id + uint64(n)
	old := *d
	*d = deque{}
	for r := range old.all() {
		if from := min(max(id, r.id), r.id+uint64(r.n)) - r.id; from > 0 {
			d.pushBack(r.split(int(from)))
		}
		if r.n > 0 && r.id < end && r.id >= id {
			part := r
			if k := int(end - r.id); k < r.n {
				part = r.split(k)
			} else {
				r = &run{}
			}
			out = append(out, part)
		}
		if r.n > 0 {
			d.pushBack(r)
		}
	}
	return out
}
