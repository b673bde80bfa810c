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

	mu       sync.Mutex  // guards what follows
	ring     []slot[Out] // answers by index, if ordered: a power of two
	list     []slot[Out] // answers as they came, if not
	spare    []slot[Out] // memory to be used again
	waiting  int         // answers there that have not been yielded
	next     int         // index of the next to be yielded
	taken    int         // inputs
	bytes    int         // of arguments under way and results not yet yielded
	mean     int         // size of a result: a mean of the last ones
	allTaken bool
	panicked *panicked
}

type slot[Out any] struct {
	out   Out
	err   error
	bytes int32 // of the result
	full  bool
}

type panicked struct {
	value any
	stack []byte
}

func newMapping[In, Out any](ctx context.Context, f *Function[In, Out], p *Pool, ordered bool) *mapping[In, Out] {
	m := &mapping[In, Out]{f: f, p: p, ordered: ordered,
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
	unhook := onEnd(m.ctx, m.p, m, &m.why)
	defer unhook()
	defer m.abandon()
	go m.take(inputs)
	var batch []slot[Out]
	for {
		var over bool
		batch, over = m.collect(batch[:0])
		for i := range batch {
			if !yield(batch[i].out, batch[i].err) {
				return
			}
		}
		if over {
			break
		}
		clear(batch) // what was yielded belongs to the caller
		if len(batch) == 0 {
			<-m.ready
		}
	}
	if m.panicked != nil {
		panic(fmt.Sprintf("%v\n\nin the inputs of a pool's Map:\n%s", m.panicked.value, m.panicked.stack))
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

// collect moves what can be yielded into batch. It reports whether nothing can follow.
func (m *mapping[In, Out]) collect(batch []slot[Out]) ([]slot[Out], bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ordered {
		for len(batch) < 1024 && len(m.ring) > 0 {
			s := &m.ring[m.next&(len(m.ring)-1)]
			if !s.full {
				break
			}
			batch = append(batch, *s)
			m.bytes -= int(s.bytes)
			*s = slot[Out]{}
			m.next++
		}
	} else {
		batch, m.list = m.list, batch
		m.next += len(batch)
		for i := range batch {
			m.bytes -= int(batch[i].bytes)
		}
	}
	m.waiting -= len(batch)
	if len(batch) > 0 {
		signal(m.room)
	}
	return batch, m.allTaken && m.next == m.taken
}

// take is the goroutine that takes the inputs.
func (m *mapping[In, Out]) take(inputs iter.Seq[In]) {
	defer func() {
		r := recover()
		m.mu.Lock()
		m.allTaken = true
		if r != nil {
			m.panicked = &panicked{r, debug.Stack()}
		}
		m.mu.Unlock()
		signal(m.ready)
	}()
	var arena []byte // frames of many tasks, one behind the other
	in := new(In)
	size := 0 // of the last frame
	for *in = range inputs {
		index, err := m.admit(size)
		if err == errAbandoned {
			return
		}
		if cap(arena)-len(arena) < 128 {
			arena = make([]byte, 0, min(128+64*index, 16<<10))
		}
		start := len(arena)
		size = 0
		if err == nil {
			if arena, err = m.f.appendTask(arena, in, m.p.conf.maxSize); err != nil {
				m.answer(answer{index: index, n: 1, err: err})
				continue
			}
			size = len(arena) - start
			err = m.p.push(m.ctx, &run{n: 1, call: m, index: index, frames: arena[start:]})
		}
		if err != nil {
			m.answer(answer{index: index, n: 1, err: err})
			return
		}
	}
}

// admit waits until there is room for another input, and returns its index. It counts the bytes
// of the one before. An error is the end of the context; then the input is answered with it.
func (m *mapping[In, Out]) admit(size int) (index int, err error) {
	for ; ; size = 0 {
		m.mu.Lock()
		err := context.Cause(m.ctx) // under the lock: an input is taken before abandon counts them, or not at all
		m.bytes += size
		if err == nil && m.hasRoom() || err != nil && err != errAbandoned {
			index = m.taken
			m.taken++
			m.mu.Unlock()
			return index, err
		}
		m.mu.Unlock()
		if err != nil {
			return 0, err
		}
		select {
		case <-m.room:
		case <-m.ctx.Done():
		}
	}
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
	m.mu.Lock()
	slots := m.spare
	m.spare = nil
	m.mu.Unlock()
	slots = slices.Grow(slots[:0], a.n)[:a.n]
	bytes := 0
	for i := range slots {
		var answer frame
		if len(a.frames) > 0 {
			answer = a.frames[i]
		}
		s := &slots[i]
		s.out, s.err = m.f.result(answer, a.err, a.index+i, m.p.conf.maxSize)
		s.bytes, s.full = int32(len(answer.payload)), true
		bytes += len(answer.payload)
	}
	m.mu.Lock()
	m.bytes += bytes - a.size
	m.mean += (bytes - a.n*m.mean) / max(a.n, min(meanOf, m.next+m.waiting))
	m.waiting += len(slots)
	if m.ordered {
		m.put(a.index, slots)
	} else {
		m.list = append(m.list, slots...)
	}
	clear(slots) // what is in them belongs to the loop
	m.spare = slots
	room := m.hasRoom()
	m.mu.Unlock()
	signal(m.ready)
	if room {
		signal(m.room)
	}
}

// put puts answers in their places in the ring.
func (m *mapping[In, Out]) put(index int, slots []slot[Out]) {
	if need := index + len(slots) - m.next; need > len(m.ring) {
		size := max(64, len(m.ring))
		for size < need {
			size *= 2
		}
		ring := make([]slot[Out], size)
		for i := m.next; i < m.next+len(m.ring); i++ {
			ring[i&(size-1)] = m.ring[i&(len(m.ring)-1)]
		}
		m.ring = ring
	}
	for i, s := range slots {
		m.ring[(index+i)&(len(m.ring)-1)] = s
	}
}
