package pool

import "context"

// A Future is the answer to a task that was submitted, once it is there.
type Future[Out any] struct {
	done chan struct{}
	out  Out
	err  error
}

// Wait returns the answer, or the cause of the end of ctx. This ctx limits the waiting only: the
// task goes on.
func (f *Future[Out]) Wait(ctx context.Context) (Out, error) {
	select {
	case <-f.done:
		return f.out, f.err
	default:
	}
	select {
	case <-f.done:
		return f.out, f.err
	case <-ctx.Done():
		var zero Out
		return zero, context.Cause(ctx)
	}
}

// Done returns a channel that is closed when the answer is there.
func (f *Future[Out]) Done() <-chan struct{} { return f.done }

// single is a call of one task.
type single[In, Out any] struct {
	f      *Function[In, Out]
	p      *Pool
	arg    []byte
	future *Future[Out]
	unhook func() bool
	why    error // guarded by Pool.mu
}

func (s *single[In, Out]) ended() error { return s.why }

func (s *single[In, Out]) gather() *run {
	return &run{n: 1, call: s, name: s.f.name, index: -1, args: s.arg}
}

func (s *single[In, Out]) answer(a answer) {
	s.unhook()
	r, _, _ := cutReply(a.replies) // there is none if the pool answers
	s.future.err = s.f.result(&s.future.out, r, a.err, -1, s.p.conf.maxSize)
	close(s.future.done)
}

// Submit gives the pool a task and returns without waiting for the answer. It waits while the
// pool's queue is full. When ctx ends, the task is cancelled.
func (f *Function[In, Out]) Submit(ctx context.Context, p *Pool, in In) *Future[Out] {
	s := &single[In, Out]{f: f, p: p, future: &Future[Out]{done: make(chan struct{})}}
	arg, err := f.appendArg(nil, &in, p.conf.maxSize)
	if err == nil {
		err = context.Cause(ctx)
	}
	s.unhook = onEnd(ctx, p, s, &s.why)
	if err == nil {
		s.arg = arg
		err = p.push(ctx, s)
	}
	if err != nil {
		s.answer(answer{err: err})
	}
	return s.future
}

// Call runs a task and waits for its answer.
func (f *Function[In, Out]) Call(ctx context.Context, p *Pool, in In) (Out, error) {
	future := f.Submit(ctx, p, in)
	<-future.done // if ctx ends, the task is cancelled, and this is when it is over
	return future.out, future.err
}

// onEnd cancels a call's tasks when ctx ends.
func onEnd(ctx context.Context, p *Pool, c call, why *error) func() bool {
	return context.AfterFunc(ctx, func() {
		cause := context.Cause(ctx)
		p.mu.Lock()
		*why = cause
		p.mu.Unlock()
		p.cancel(cause, func(other call) bool { return other == c })
	})
}
