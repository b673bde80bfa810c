package pool

import (
	"context"
	"errors"
	"math"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A Pool runs tasks in worker processes. All its methods, and those of functions and futures, may
// be called by several goroutines at once.
type Pool struct {
	conf   config
	unhook func() bool   // undoes New's watch over its context
	quit   chan struct{} // closed when workers are not to be started any more
	slots  sync.WaitGroup

	mu       sync.Mutex // guards everything below, and the fields of worker that say so, and every run
	idle     sync.Cond  // pending may have become 0
	queue    deque      // tasks no worker has
	room     chan struct{}
	workers  []*worker // by number-1; nil while there is none
	wanted   int       // with fewer tasks in the queue no sender that waits needs to be woken; 0 is unknown
	sources  []call    // the Maps, which may have tasks for the queue
	pending  int       // tasks not yet answered
	nextID   uint64
	failures int // workers that could not be started, since a task was begun
	closing  bool
	ending   bool // Close has seen the last answer: workers are to end
	failed   error
	tick     *time.Timer // runs while a worker is idle and another has tasks to spare
	ticking  bool
	stats    Stats

	// due is how many tasks a Map may keep to itself before it has to push them: as many as the queue
	// lacks of wanted. It is written under the lock, and read without it: whoever lowers it gathers
	// afterwards, and whoever has a task ready looks at it afterwards, so that one of both sees the other.
	due atomic.Int64
}

// Stats counts what has happened in a pool.
type Stats struct {
	Started int // worker processes that were started
	Crashed int // those that ended unasked
	Retried int // tasks that were run again after a crash
	Moved   int // tasks that were taken from a worker before they began
}

const (
	queueMax      = 8192     // tasks in the queue; more wait outside, in Submit or Map
	queueMaxBytes = 64 << 20 // bytes in the queue
	maxFailures   = 5        // workers in a row that cannot be started, while none is alive
)

// New starts a pool and returns when all its workers serve. When ctx ends, so does the pool: tasks
// are cancelled, and answered with the cause. It must be closed in any case.
func New(ctx context.Context, options ...Option) (*Pool, error) {
	if _, ok := os.LookupEnv(envName); ok {
		return nil, ErrNotServed // and not a worker of a worker of a worker
	}
	p := &Pool{conf: defaults(), quit: make(chan struct{}), room: make(chan struct{})}
	p.idle.L = &p.mu
	for _, o := range options {
		o(&p.conf)
	}
	if err := errors.Join(p.conf.errs...); err != nil {
		return nil, err
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	if p.conf.path == "" {
		if err := p.conf.setProgram(); err != nil {
			return nil, err
		}
	}
	p.workers = make([]*worker, p.conf.workers)
	p.tick = time.AfterFunc(time.Hour, p.balance)
	p.tick.Stop()
	p.unhook = context.AfterFunc(ctx, func() { p.fail(context.Cause(ctx)) })
	started := make(chan error)
	for i := range p.workers {
		p.slots.Go(func() { p.keep(i+1, started) })
	}
	var err error
	for range p.workers {
		if e := <-started; e != nil && err == nil {
			err = e
			p.fail(err) // the others need not be waited for
		}
	}
	if err != nil {
		p.Close()
		return nil, err
	}
	if p.conf.timeLimit > 0 {
		p.slots.Go(p.watch)
	}
	return p, nil
}

// Close waits until every task is answered, ends the workers, and returns when they are gone.
// From its call on, new tasks are answered with ErrClosed. It returns why the pool failed, if it
// did. It may be called again.
func (p *Pool) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closing {
		p.close()
		p.gather(true)
		p.feed()
	}
	for p.pending > 0 {
		p.idle.Wait()
	}
	if !p.ending {
		p.ending = true
		close(p.quit)
		for _, w := range p.workers {
			if w != nil {
				w.end()
			}
		}
	}
	p.mu.Unlock()
	p.slots.Wait()
	p.unhook()
	p.mu.Lock()
	p.tick.Stop()
	return p.failed
}

// Stats returns the counts up to now.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stats
}

// close has no more tasks taken. The caller holds the lock.
func (p *Pool) close() {
	p.closing = true
	p.setWanted(0)
	p.makeRoom()
}

// push puts the tasks of a call that are ready into the queue, and waits while that is full. If they
// are refused, the error says why.
func (p *Pool) push(ctx context.Context, c call) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case p.failed != nil:
			return p.failed
		case p.closing:
			return ErrClosed
		case c.ended() != nil:
			return c.ended()
		}
		if !p.full() {
			break
		}
		room := p.room
		p.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done(): // its call's cancellation may not have come here yet
			p.mu.Lock()
			return context.Cause(ctx)
		}
		p.mu.Lock()
	}
	p.queueUp(c)
	p.feed()
	return nil
}

// queueUp puts what a call has ready into the queue.
func (p *Pool) queueUp(c call) {
	r := c.gather()
	if r == nil {
		return
	}
	r.id = p.nextID + 1
	p.nextID += uint64(r.n)
	p.pending += r.n
	p.queue.add(r)
}

// gather puts into the queue what Maps have ready, as long as there is room, or all of it.
func (p *Pool) gather(all bool) {
	for _, c := range p.sources {
		if all || !p.closing && !p.full() && c.ended() == nil {
			p.queueUp(c)
		}
	}
}

// join makes a Map's tasks known to the pool before they are pushed; leave ends that.
func (p *Pool) join(c call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sources = append(p.sources, c)
}

func (p *Pool) leave(c call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.Index(p.sources, c)
	p.sources = slices.Delete(p.sources, i, i+1)
}

// full reports whether the queue might not hold another run.
func (p *Pool) full() bool {
	return p.queue.tasks > queueMax-runMax || p.queue.bytes >= queueMaxBytes
}

// setWanted sets how many tasks it takes to wake a sender.
func (p *Pool) setWanted(n int) {
	p.wanted = n
	if p.closing {
		n = 0 // every single task is pushed at once, and refused
	}
	p.due.Store(int64(n - p.queue.tasks))
}

// feed wakes a sender that waits, if it is worth its while.
func (p *Pool) feed() {
	for p.queue.tasks >= p.wanted {
		wanted := math.MaxInt // a sender that does not wait looks for itself before it does
		for _, w := range p.workers {
			if w != nil && w.parked {
				if w.hasReason() {
					w.rouse()
					p.setWanted(0)
					return
				}
				wanted = min(wanted, w.worthwhile())
			}
		}
		p.setWanted(wanted)
		p.gather(false)
	}
	p.setWanted(p.wanted)
}

// makeRoom wakes those who wait in push.
func (p *Pool) makeRoom() {
	close(p.room)
	p.room = make(chan struct{})
}

// settled counts tasks as answered.
func (p *Pool) settled(out []answer) {
	for _, a := range out {
		p.pending -= a.n
	}
	if p.pending == 0 {
		p.idle.Broadcast()
	}
}

// requeue puts tasks back where they will be taken next.
func (p *Pool) requeue(runs []*run) {
	for _, r := range slices.Backward(runs) {
		p.queue.pushFront(r)
	}
	p.feed()
}

// cancel drops the tasks of the calls that match from the queue, and asks the workers to drop
// theirs.
func (p *Pool) cancel(why error, match func(call) bool) {
	p.mu.Lock()
	for _, c := range p.sources {
		if match(c) {
			p.queueUp(c)
		}
	}
	var out []answer
	p.queue.filter(func(r *run) bool {
		if !match(r.call) {
			return true
		}
		out = append(out, r.all(why))
		return false
	})
	for _, w := range p.workers {
		if w == nil {
			continue
		}
		for r := range w.sent.all() {
			if r.cancelled == nil && match(r.call) {
				w.cancel(r, why)
			}
		}
	}
	p.makeRoom()
	p.settled(out)
	p.mu.Unlock()
	deliver(out)
}

// fail ends the pool: it takes no more tasks, and cancels those it has.
func (p *Pool) fail(why error) {
	p.mu.Lock()
	if p.failed != nil || p.ending {
		p.mu.Unlock()
		return
	}
	p.failed = why
	p.close()
	for _, w := range p.workers {
		switch {
		case w == nil:
		case w.ready:
			w.rouse()
		case !w.gone:
			kill(w.cmd.Process)
		}
	}
	p.mu.Unlock()
	p.cancel(why, func(call) bool { return true })
}

// deliver hands out answers. The caller must not hold the lock: decoding may be anybody's code.
func deliver(out []answer) {
	for _, a := range out {
		a.call.answer(a)
	}
}

// balance runs a while after a worker has found nothing to do: if there still is nothing, it takes
// half the tasks that have not begun from those workers that have many.
func (p *Pool) balance() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ticking = false
	p.gather(false)
	p.feed()
	idle := func(w *worker) bool { return w != nil && w.ready && !w.gone && w.sent.tasks == 0 }
	if p.queue.tasks > 0 || !slices.ContainsFunc(p.workers, idle) {
		return
	}
	for _, w := range p.workers {
		if w != nil && w.ready && !w.gone && !w.recalling && w.sent.tasks > 1 {
			w.recalling = true
			w.control = appendFrame(w.control, frame{kindRecall, uint64(w.sent.tasks / 2), nil})
			w.rouse()
		}
	}
}

// watch cancels tasks that run longer than the limit.
func (p *Pool) watch() {
	interval := min(max(p.conf.timeLimit/10, time.Millisecond), time.Second)
	ticks := time.NewTicker(interval)
	defer ticks.Stop()
	for {
		select {
		case <-p.quit:
			return
		case <-ticks.C:
		}
		p.mu.Lock()
		now := time.Now()
		for _, w := range p.workers {
			if w == nil || w.sent.n == 0 {
				continue
			}
			first := *w.sent.at(0)
			if first.id != w.watched {
				w.watched, w.watchedSince = first.id, now
			} else if now.Sub(w.watchedSince) > p.conf.timeLimit && first.cancelled == nil {
				if first.n > 1 {
					w.sent.pushFront(w.sent.take(1)) // the others are not to blame
				}
				w.cancel(*w.sent.at(0), ErrTimeLimit)
			}
		}
		p.mu.Unlock()
	}
}
