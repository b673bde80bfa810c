package pool

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"slices"
	"sync"
)

// How far Map and Unordered may be ahead of the loop over their results: inputs they have taken
// and not yet yielded an answer for, and the bytes of both. Results that are still to come count as
// large as the last ones were, so that a queue of small inputs is no flood of large results.
const (
	aheadMax      = 16384
	aheadMaxBytes = 64 << 20
	aheadFirst    = 8 // inputs for each worker, until the first answers show how large they are
	aheadLeast    = 2 // results still to come for each worker, however large they are
	meanOf        = 64
	spareMax      = 16 // blocks
)

var errAbandoned = errors.New("the loop over the results has ended")

// Map runs a task for every input and yields the answers in the order of the inputs, each with its
// error: a task that fails does not end the sequence. For every input taken there is one answer.
//
// Inputs are taken in a goroutine of their own, as the pool has room for them. If ctx ends, or the
// pool is closed or fails, tasks under way are cancelled, and no input is taken after the one that
// is answered with this error. Leaving the loop cancels what is under way and waits for it.
func (f *Function[In, Out]) Map(ctx context.Context, p *Pool, inputs iter.Seq[In]) iter.Seq2[Out, error] {
	return func(yield func(Out, error) bool) { newMapping(ctx, f, p, true).run(inputs, yield) }
}

// Unordered is Map, but yields answers as they come. A failed task is known by the Index in its
// [TaskError]; a result that has to be known by its input must contain what it is known by.
func (f *Function[In, Out]) Unordered(ctx context.Context, p *Pool, inputs iter.Seq[In]) iter.Seq2[Out, error] {
	return func(yield func(Out, error) bool) { newMapping(ctx, f, p, false).run(inputs, yield) }
}

// A mapping is one loop over a Map.
type mapping[In, Out any] struct {
	f       *Function[In, Out]
	p       *Pool
	ctx     context.Context
	stop    context.CancelCauseFunc
	ordered bool
	why     error         // guarded by Pool.mu
	ready   chan struct{} // holds one: there may be something to yield
	room    chan struct{} // holds one: more inputs may be taken

	arena []byte // arguments of many tasks, one behind the other; of the goroutine that takes the inputs

	mu       sync.Mutex          // guards what follows; may be locked while Pool.mu is
	open     run                 // tasks that are not yet in the pool's queue: the last of those taken
	blocks   map[int]*block[Out] // answers by the index of the first, if ordered
	list     []*block[Out]       // answers as they came, if not
	spare    []*block[Out]       // memory to be used again
	waiting  int                 // answers there that have not been yielded
	next     int                 // how many have been yielded: if ordered, the index of the next
	taken    int                 // inputs
	bytes    int                 // of arguments under way and results not yet yielded
	mean     int                 // size of a result: a mean of the last ones
	allTaken bool
	panicked *panicked
}

// A block is answers to tasks in a row.
type block[Out any] struct {
	outs  []Out
	errs  []error // none if there is no error
	bytes int     // of the results
}

type panicked struct {
	value any
	stack []byte
}

func newMapping[In, Out any](ctx context.Context, f *Function[In, Out], p *Pool, ordered bool) *mapping[In, Out] {
	m := &mapping[In, Out]{f: f, p: p, ordered: ordered, blocks: map[int]*block[Out]{},
		ready: make(chan struct{}, 1), room: make(chan struct{}, 1)}
	m.ctx, m.stop = context.WithCancelCause(ctx)
	return m
}

func (m *mapping[In, Out]) ended() error { return m.why }

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (m *mapping[In, Out]) run(inputs iter.Seq[In], yield func(Out, error) bool) {
	m.p.join(m)
	defer m.p.leave(m)
	unhook := onEnd(m.ctx, m.p, m, &m.why)
	defer unhook()
	defer m.abandon()
	go m.take(inputs)
	for {
		b, over := m.collect()
		switch {
		case over:
			if m.panicked != nil {
				panic(fmt.Sprintf("%v\n\nin the inputs of a pool's Map:\n%s", m.panicked.value, m.panicked.stack))
			}
			return
		case b == nil:
			<-m.ready
			continue
		}
		last := len(b.outs) - 1
		for i := range b.outs {
			if i == last {
				m.credit(b)
			}
			var err error
			if b.errs != nil {
				err = b.errs[i]
			}
			if !yield(b.outs[i], err) {
				return
			}
		}
		m.reuse(b)
	}
}

// abandon cancels what the loop has left, and waits until it is over. (It does not wait for the
// inputs, which may block for ever; they end when they next yield.)
func (m *mapping[In, Out]) abandon() {
	m.stop(errAbandoned)
	for {
		m.mu.Lock()
		over := m.taken == m.next+m.waiting
		m.mu.Unlock()
		if over {
			return
		}
		<-m.ready
	}
}

// collect returns the next block to be yielded, if it is there. It reports whether nothing can follow.
func (m *mapping[In, Out]) collect() (b *block[Out], over bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ordered {
		if b = m.blocks[m.next]; b != nil {
			delete(m.blocks, m.next)
		}
	} else if len(m.list) > 0 {
		b, m.list[0] = m.list[0], nil
		m.list = m.list[1:]
	}
	return b, m.allTaken && m.next == m.taken
}

// credit makes room for inputs as large as a block that has been yielded, but for its last answer.
func (m *mapping[In, Out]) credit(b *block[Out]) {
	m.mu.Lock()
	m.next += len(b.outs)
	m.waiting -= len(b.outs)
	m.bytes -= b.bytes
	room := m.hasRoom()
	m.mu.Unlock()
	if room {
		signal(m.room)
	}
}

// reuse keeps the memory of a block. What was yielded belongs to the caller.
func (m *mapping[In, Out]) reuse(b *block[Out]) {
	clear(b.outs)
	b.errs = nil
	m.mu.Lock()
	if len(m.spare) < spareMax {
		m.spare = append(m.spare, b)
	}
	m.mu.Unlock()
}

// take is the goroutine that takes the inputs.
func (m *mapping[In, Out]) take(inputs iter.Seq[In]) {
	defer func() {
		r := recover()
		m.flush()
		m.mu.Lock()
		m.allTaken = true
		if r != nil {
			m.panicked = &panicked{r, debug.Stack()}
		}
		m.mu.Unlock()
		signal(m.ready)
	}()
	in := new(In)
	for *in = range inputs {
		if !m.add(in) {
			return
		}
	}
}

// add takes an input, and waits until there is room for another. It reports whether one may follow.
func (m *mapping[In, Out]) add(in *In) bool {
	if cap(m.arena)-len(m.arena) < 128 {
		m.arena = make([]byte, 0, min(256+64*m.taken, runMaxBytes)) // only this goroutine changes taken
	}
	start := len(m.arena)
	var err, over error // of this input; of all that would follow
	m.arena, err = m.f.appendArg(m.arena, in, m.p.conf.maxSize)
	item := m.arena[start:]
	if len(item) > runMaxBytes {
		m.arena = nil // short ones that followed there would keep it alive
	}

	m.mu.Lock()
	args := item
	if m.open.n > 0 {
		joined := false
		if err == nil && m.open.n < runMax {
			args, joined = adjoin(m.open.args, item)
		}
		if !joined {
			m.mu.Unlock()
			over = m.flush()
			m.mu.Lock()
			args = item
		}
	}
	if m.ctx.Err() != nil {
		// An input is taken before abandon counts them, or not at all.
		if over = context.Cause(m.ctx); over == errAbandoned {
			m.mu.Unlock()
			return false
		}
	}
	index := m.taken
	m.taken++
	if over != nil {
		err = over
	}
	if err != nil {
		m.mu.Unlock()
		m.answer(answer{index: index, n: 1, err: err})
		m.mu.Lock()
	} else {
		if m.open.n == 0 {
			m.open = run{call: m, name: m.f.name, index: index}
		}
		m.open.args = args
		m.open.n++
		m.bytes += len(item)
	}
	room := m.hasRoom()
	flush := m.open.n > 0 && (!room || int64(m.open.n) >= m.p.due.Load())
	m.mu.Unlock()
	if over != nil || flush && m.flush() != nil {
		return false
	}
	for !room {
		select {
		case <-m.room:
		case <-m.ctx.Done():
			return true // the next input is answered with the cause
		}
		m.mu.Lock()
		room = m.hasRoom()
		m.mu.Unlock()
	}
	return true
}

// flush puts the open tasks into the pool's queue. If they are refused, they are answered with the
// error it returns.
func (m *mapping[In, Out]) flush() error {
	err := m.p.push(m.ctx, m)
	if err != nil {
		if r := m.gather(); r != nil {
			m.answer(r.all(err))
			return err
		}
	}
	return nil // others have taken them, and see to them
}

// gather hands over the open tasks.
func (m *mapping[In, Out]) gather() *run {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.open.n == 0 {
		return nil
	}
	r := m.open
	m.open = run{}
	return &r
}

// hasRoom reports whether another input may be taken.
func (m *mapping[In, Out]) hasRoom() bool {
	ahead, answered := m.taken-m.next, m.next+m.waiting
	coming := ahead - m.waiting
	workers := len(m.p.workers)
	switch {
	case ahead == 0:
		return true
	case ahead >= min(aheadMax, aheadFirst*(workers+answered)) || m.bytes >= aheadMaxBytes:
		return false
	}
	return coming < aheadLeast*workers || m.bytes+coming*m.mean < aheadMaxBytes
}

// answer takes in answers. It waits for nobody: a worker's receiver calls it.
func (m *mapping[In, Out]) answer(a answer) {
	b := new(block[Out])
	m.mu.Lock()
	if n := len(m.spare); n > 0 {
		b, m.spare = m.spare[n-1], m.spare[:n-1]
	}
	m.mu.Unlock()
	b.outs = slices.Grow(b.outs[:0], a.n)[:a.n]
	b.bytes = 0
	for i := range b.outs {
		var r reply
		if len(a.replies) > 0 {
			r, a.replies, _ = cutReply(a.replies) // matched has looked at them
		}
		if err := m.f.result(&b.outs[i], r, a.err, a.index+i, m.p.conf.maxSize); err != nil {
			if b.errs == nil {
				b.errs = make([]error, a.n)
			}
			b.errs[i] = err
		}
		b.bytes += len(r.item)
	}
	m.mu.Lock()
	m.bytes += b.bytes - a.size
	m.mean += (b.bytes - a.n*m.mean) / max(a.n, min(meanOf, m.next+m.waiting))
	m.waiting += a.n
	if m.ordered {
		m.blocks[a.index] = b
	} else {
		m.list = append(m.list, b)
	}
	room := m.hasRoom()
	m.mu.Unlock()
	signal(m.ready)
	if room {
		signal(m.room)
	}
}
