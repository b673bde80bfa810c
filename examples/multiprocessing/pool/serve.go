package pool

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Serve makes this process a worker if it was started as one: it runs tasks, and exits the
// process instead of returning. In any other process it does nothing. Call it first in main, and
// first in TestMain if tests use a pool.
func Serve() {
	value, ok := os.LookupEnv(envName)
	if !ok {
		return
	}
	// What a task starts is no worker, even if it is this program.
	os.Unsetenv(envName)
	s, err := newService(value)
	if err != nil {
		fmt.Fprintf(os.Stderr, "pool: %v\n", err)
		os.Exit(2)
	}
	workerNumber.Store(int32(s.conf.worker))
	go s.execute()
	s.read()
}

var workerNumber atomic.Int32

// Worker returns the number of the worker this process is, from 1, or 0 if it is none.
func Worker() int { return int(workerNumber.Load()) }

// The environment variable that makes a process a worker.
const envName = "LOCKSTEP_POOL_WORKER"

// A service is the worker's side of the protocol. One goroutine reads, so that a cancellation
// or the pool's end is seen while a task runs; another runs the tasks, one after the other.
type service struct {
	conf     workerConf
	in       frameReader
	out      io.Writer
	recorder *recorder // nil: every answer is written before the next task starts

	name  string // of the last function that was called
	serve server

	mu      sync.Mutex // guards the fields below
	more    sync.Cond  // tasks or closing has changed
	tasks   []frame    // from begun on, those that have not begun
	begun   int
	closing bool
	running uint64             // id of the running task
	ctx     context.Context    // of the running task
	cancel  context.CancelFunc // ends ctx, which then serves no other task

	outMu sync.Mutex // guards buf, and the order of what is written
	buf   []byte     // answers not yet written; the recorder's memory, if there is one
	timer *time.Timer
}

// flushDelay bounds how long an answer waits for company while tasks are still queued.
const flushDelay = 200 * time.Microsecond

func newService(env string) (*service, error) {
	s := &service{}
	s.more.L = &s.mu
	if err := s.conf.parse(env); err != nil {
		return nil, err
	}
	s.in = frameReader{r: inherited(s.conf.in), limit: s.conf.maxSize + frameSlack}
	s.out = inherited(s.conf.out)
	if s.conf.recorder != 0 {
		r, err := openRecorder(inherited(s.conf.recorder))
		if err != nil {
			return nil, err
		}
		s.recorder, s.buf = r, r.data[:0]
	}
	s.timer = time.AfterFunc(time.Hour, s.flush)
	s.answer(appendFrame(nil, frame{kindHello, 0, []byte{protocolVersion}}), true)
	return s, nil
}

// read takes in what the pool sends. It doesn't return.
func (s *service) read() {
	for {
		frames, err := s.in.next()
		if err != nil {
			// The pool is gone, whatever the reason: it says when it has no more work. There is
			// nobody to answer, and what the running task has started must not survive it.
			dieWithGroup()
		}
		s.mu.Lock()
		for _, f := range frames {
			switch f.kind {
			case kindTask:
				s.enqueue(f)
			case kindCancel:
				n, _ := binary.Uvarint(f.payload)
				s.cancelTasks(f.id, n)
			case kindRecall:
				s.giveBack(f.id)
			case kindClose:
				s.closing = true
			default:
				fmt.Fprintf(os.Stderr, "pool: frame of kind %d from the pool\n", f.kind)
				os.Exit(2)
			}
		}
		s.mu.Unlock()
		s.more.Signal()
	}
}

// enqueue adds a task. The front of the array is used again once it is half of it.
func (s *service) enqueue(f frame) {
	if len(s.tasks) == cap(s.tasks) && s.begun >= len(s.tasks)/2 && s.begun > 0 {
		n := copy(s.tasks, s.tasks[s.begun:])
		clear(s.tasks[n:])
		s.tasks, s.begun = s.tasks[:n], 0
	}
	s.tasks = append(s.tasks, f)
}

// cancelTasks ends the context of the running task if its id is one of the n from id on, and
// forgets those that have not begun.
func (s *service) cancelTasks(id, n uint64) {
	if s.running-id < n && s.running != 0 {
		s.cancel()
	}
	var back []frame
	var kept []frame
	for _, t := range s.tasks[s.begun:] {
		if t.id-id < n {
			back = append(back, t)
		} else {
			kept = append(kept, t)
		}
	}
	s.tasks, s.begun = kept, 0
	s.answer(appendReturned(nil, back), true)
}

// giveBack returns up to n tasks that have not begun, from the end of the queue.
func (s *service) giveBack(n uint64) {
	keep := len(s.tasks) - int(min(n, uint64(len(s.tasks)-s.begun)))
	out := appendReturned(nil, s.tasks[keep:])
	clear(s.tasks[keep:])
	s.tasks = s.tasks[:keep]
	s.answer(appendFrame(out, frame{kindRecalled, 0, nil}), true)
}

// appendReturned appends a frame for every row of ids.
func appendReturned(dst []byte, tasks []frame) []byte {
	for len(tasks) > 0 {
		n := 1
		for n < len(tasks) && tasks[n].id == tasks[0].id+uint64(n) {
			n++
		}
		dst = appendFrame(dst, frame{kindReturned, tasks[0].id, binary.AppendUvarint(nil, uint64(n))})
		tasks = tasks[n:]
	}
	return dst
}

// next returns the task to run, and nil if there are no more.
func (s *service) next() (frame, context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = 0
	if len(s.tasks) == s.begun {
		s.mu.Unlock()
		s.flush() // nobody adds to it for a while
		s.mu.Lock()
	}
	for len(s.tasks) == s.begun && !s.closing {
		s.more.Wait()
	}
	if len(s.tasks) == s.begun {
		return frame{}, nil
	}
	t := s.tasks[s.begun]
	s.tasks[s.begun] = frame{} // the array outlives the task; what the task holds need not
	s.begun++
	if s.begun == len(s.tasks) {
		s.tasks, s.begun = s.tasks[:0], 0
	}
	if s.ctx == nil || s.ctx.Err() != nil {
		s.ctx, s.cancel = context.WithCancel(context.WithValue(context.Background(), serviceKey{}, s))
	}
	s.running = t.id
	if s.recorder != nil {
		s.recorder.running.Store(t.id)
	}
	return t, s.ctx
}

type serviceKey struct{}

// exiting answers a task that ends its goroutine: tasks go on in a new one.
func exiting(ctx context.Context, out []byte) {
	s := ctx.Value(serviceKey{}).(*service)
	s.finish(out)
	go s.execute()
}

func (s *service) execute() {
	var scratch []byte
	for {
		t, ctx := s.next()
		if ctx == nil {
			s.flush()
			os.Exit(0)
		}
		scratch = s.run(ctx, scratch[:0], t)
		s.finish(scratch)
		if cap(scratch) > 1<<20 {
			scratch = nil
		}
	}
}

func (s *service) run(ctx context.Context, dst []byte, t frame) []byte {
	name, arg, err := parseText(t.payload)
	if err != nil {
		return appendFrame(dst, frame{kindRefused, t.id, []byte(err.Error())})
	}
	if string(name) != s.name || s.serve == nil {
		registry.RLock()
		s.name, s.serve = string(name), registry.serve[string(name)]
		registry.RUnlock()
	}
	if s.serve == nil {
		return appendFrame(dst, frame{kindUnknown, t.id, nil})
	}
	return s.serve(ctx, dst, t.id, arg, s.conf.maxSize)
}

// finish answers the running task.
func (s *service) finish(out []byte) {
	s.answer(out, s.recorder == nil)
}

// answer sends whole frames, at once or with those that follow soon. Once it returns, the pool
// learns of them even if this process is killed: they are in the pipe or in the recorder.
func (s *service) answer(out []byte, now bool) {
	s.outMu.Lock()
	defer s.outMu.Unlock()
	if len(s.buf)+len(out) > cap(s.buf) {
		s.flushLocked()
		if len(out) > cap(s.buf) {
			s.write(out)
			return
		}
	}
	if len(s.buf) == 0 && !now {
		s.timer.Reset(flushDelay)
	}
	s.buf = append(s.buf, out...)
	if s.recorder != nil {
		s.recorder.length.Store(uint64(len(s.buf)))
	}
	if now {
		s.flushLocked()
	}
}

func (s *service) flush() {
	s.outMu.Lock()
	defer s.outMu.Unlock()
	s.flushLocked()
}

func (s *service) flushLocked() {
	if len(s.buf) == 0 {
		return
	}
	s.write(s.buf)
	// Not before everything is in the pipe. The pool ignores answers it gets twice.
	s.buf = s.buf[:0]
	if s.recorder != nil {
		s.recorder.length.Store(0)
	}
}

func (s *service) write(b []byte) {
	if _, err := s.out.Write(b); err != nil {
		dieWithGroup() // the pool is gone
	}
}
