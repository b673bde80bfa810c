package pool

import (
	"encoding/binary"
	"iter"
	"time"
)

// A run is one task, or several of one call with ids and indexes in a row. What is done to many
// tasks is done to a run: at 10 million tasks a second, a pointer per task is too much. A run of more
// than one task is at most runMax tasks and runMaxBytes long, so it fits into a frame.
type run struct {
	id        uint64 // of its first task
	n         int    // how many tasks
	call      call
	name      string // of the function
	index     int    // of its first task
	args      []byte // the tasks' arguments, as items
	crashes   int    // how many workers its only task has taken with it
	cancelled *cancellation
}

const (
	runMax      = 1024
	runMaxBytes = 16 << 10
)

type cancellation struct {
	why   error
	since time.Time
}

// A call waits for the answers to its tasks.
type call interface {
	answer(answer)
	ended() error // guarded by Pool.mu: why no further task of it is to be taken
	// gather returns the tasks that are ready to be queued, in a run without ids, and nil if there are none.
	// The caller holds Pool.mu.
	gather() *run
}

// An answer is what came of n tasks in a row: a reply for each from a worker, or an error for all.
type answer struct {
	call    call
	index   int // of the first
	n       int
	size    int    // of the tasks' arguments
	replies []byte // as they travel: whole ones
	err     error  // with replies: what answers a task without a result, as it was cancelled
}

// all answers the whole run with an error.
func (r *run) all(err error) answer {
	return answer{call: r.call, index: r.index, n: r.n, size: len(r.args), err: err}
}

// drop removes the first n tasks and returns how long their arguments were.
func (r *run) drop(n int) (size int) {
	if n == r.n {
		size = len(r.args)
	} else {
		size = itemsSize(r.args, n)
	}
	r.id += uint64(n)
	r.index += n
	r.n -= n
	r.args = r.args[size:]
	return size
}

// itemsSize returns how long the first n of the items are.
func itemsSize(items []byte, n int) (size int) {
	for range n {
		size += itemHeader + int(binary.LittleEndian.Uint32(items[size:]))
	}
	return size
}

// split cuts off the first n tasks and returns them.
func (r *run) split(n int) *run {
	first := *r
	size := r.drop(n)
	first.n, first.args = n, first.args[:size:size]
	return &first
}

// extend adds tasks to the run, if they follow its last in every respect. Their arguments have to
// lie behind its last one in memory.
func (r *run) extend(t *run) bool {
	if t.call != r.call || t.index != r.index+r.n || t.id != r.id+uint64(r.n) || r.n+t.n > runMax ||
		r.crashes > 0 || r.cancelled != nil {
		return false
	}
	args, ok := adjoin(r.args, t.args)
	if ok {
		r.args = args
		r.n += t.n
	}
	return ok
}

// adjoin returns a and b as one if b lies behind a in memory, and together they are short.
func adjoin(a, b []byte) ([]byte, bool) {
	n := len(a) + len(b)
	if n > runMaxBytes || cap(a) < n || &a[:n][len(a)] != &b[0] {
		return a, false
	}
	return a[:n], true
}

// A deque is a queue of runs, which are sometimes put back at its front. It is a ring that grows.
type deque struct {
	buf     []*run
	head, n int // runs
	tasks   int
	bytes   int // of arguments
}

func (d *deque) at(i int) **run { return &d.buf[(d.head+i)&(len(d.buf)-1)] }

func (d *deque) count(r *run, sign int) {
	d.n += sign
	d.tasks += sign * r.n
	d.bytes += sign * len(r.args)
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
	d.bytes -= len(first.args)
	return first
}

// add puts tasks at the end, into the last run if they belong there.
func (d *deque) add(t *run) {
	if d.n > 0 && (*d.at(d.n - 1)).extend(t) {
		d.tasks += t.n
		d.bytes += len(t.args)
		return
	}
	d.pushBack(t)
}

// drop removes the first n tasks of the first run and returns how long their arguments were.
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
