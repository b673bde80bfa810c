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
	nameProcess()
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

	mu      sync.Mutex // guards what follows, and the order of what is written
	more    sync.Cond  // tasks or closing has changed
	tasks   []taskRun  // from begun on, those that have not begun
	begun   int
	closing bool
	running uint64             // id of the running task
	ctx     context.Context    // of the running task
	cancel  context.CancelFunc // ends ctx, which then serves no other task
	name    string             // of the function that was called last
	serve   server

	buf   []byte // answers not yet written; the recorder's memory, if there is one
	open  int    // where in buf the last frame starts, if it may grow; or else the length of buf
	last  uint64 // id of the last answer in it
	timer *time.Timer
}

// A taskRun is what a frame of tasks holds, without those that have begun.
type taskRun struct {
	id    uint64
	n     int
	serve server
	args  []byte
}

// cut splits off the first n tasks.
func (r taskRun) cut(n int) (first, rest taskRun) {
	size := itemsSize(r.args, n)
	first, rest = r, r
	first.n, first.args = n, r.args[:size]
	rest.id, rest.n, rest.args = r.id+uint64(n), r.n-n, r.args[size:]
	return first, rest
}

// flushDelay bounds how long an answer waits for company while tasks are still queued.
const flushDelay = 200 * time.Microsecond

func newService(env string) (*service, error) {
	s := &service{}
	s.more.L = &s.mu
	if err := s.conf.parse(env); err != nil {
		return nil, err
	}
	s.in = frameReader{r: inherited(s.conf.in), limit: s.conf.maxSize + frameSlack, keep: true}
	s.out = inherited(s.conf.out)
	if s.conf.recorder != 0 {
		r, err := openRecorder(inherited(s.conf.recorder))
		if err != nil {
			return nil, err
		}
		s.recorder, s.buf = r, r.data[:0]
	}
	s.timer = time.AfterFunc(time.Hour, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.flush()
	})
	s.write(appendFrame(nil, frame{kindHello, 0, append([]byte{protocolVersion}, programVersion...)}))
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
			case kindTasks:
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

// enqueue adds tasks. The front of the array is used again once it is half of it.
func (s *service) enqueue(f frame) {
	n, name, args, err := parseTasks(f.payload)
	for rest, i := args, 0; err == nil && i < n; i++ {
		_, rest, err = cutItem(rest)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "pool: from the pool: %v\n", err)
		os.Exit(2)
	}
	if string(name) != s.name || s.serve == nil {
		registry.RLock()
		s.name, s.serve = string(name), registry.serve[string(name)]
		registry.RUnlock()
	}
	if len(s.tasks) == cap(s.tasks) && s.begun >= len(s.tasks)/2 && s.begun > 0 {
		n := copy(s.tasks, s.tasks[s.begun:])
		clear(s.tasks[n:])
		s.tasks, s.begun = s.tasks[:n], 0
	}
	s.tasks = append(s.tasks, taskRun{f.id, n, s.serve, args})
}

// cancelTasks ends the context of the running task if its id is one of the n from id on, and
// forgets those that have not begun.
func (s *service) cancelTasks(id, n uint64) {
	if s.running-id < n && s.running != 0 {
		s.cancel()
	}
	var kept, back []taskRun
	keep := func(r taskRun) {
		if r.n > 0 {
			kept = append(kept, r)
		}
	}
	for _, r := range s.tasks[s.begun:] {
		from := min(max(id, r.id), r.id+uint64(r.n)) - r.id
		before, rest := r.cut(int(from))
		to := min(max(id+n, rest.id), rest.id+uint64(rest.n)) - rest.id
		within, behind := rest.cut(int(to))
		keep(before)
		if within.n > 0 {
			back = append(back, within)
		}
		keep(behind)
	}
	s.tasks, s.begun = kept, 0
	s.tell(appendReturned(nil, back))
}

// giveBack returns up to n tasks that have not begun, from the end of the queue.
func (s *service) giveBack(n uint64) {
	var back []taskRun
	for n > 0 && len(s.tasks) > s.begun {
		last := &s.tasks[len(s.tasks)-1]
		take := min(n, uint64(last.n))
		kept, returned := last.cut(last.n - int(take))
		back = append(back, returned)
		n -= take
		if *last = kept; kept.n == 0 {
			*last = taskRun{}
			s.tasks = s.tasks[:len(s.tasks)-1]
		}
	}
	s.tell(appendFrame(appendReturned(nil, back), frame{kindRecalled, 0, nil}))
}

// appendReturned appends frames that say that the tasks have not begun.
func appendReturned(dst []byte, runs []taskRun) []byte {
	for _, r := range runs {
		dst = appendFrame(dst, frame{kindReturned, r.id, binary.AppendUvarint(nil, uint64(r.n))})
	}
	return dst
}

// next returns the task to run and its function, which is nil if none is registered, and a nil context
// if there are no more tasks. The caller holds the lock.
func (s *service) next() (ctx context.Context, serve server, arg []byte) {
	s.running = 0
	if len(s.tasks) == s.begun {
		s.flush() // nobody adds to it for a while
		for len(s.tasks) == s.begun && !s.closing {
			s.more.Wait()
		}
		if len(s.tasks) == s.begun {
			return nil, nil, nil
		}
	}
	r := &s.tasks[s.begun]
	arg, r.args, _ = cutItem(r.args) // enqueue has looked at them
	serve, s.running = r.serve, r.id
	r.id++
	if r.n--; r.n == 0 {
		*r = taskRun{} // the array outlives the tasks; what they hold need not
		s.begun++
		if s.begun == len(s.tasks) {
			s.tasks, s.begun = s.tasks[:0], 0
		}
	}
	if s.ctx == nil || s.ctx.Err() != nil {
		s.ctx, s.cancel = context.WithCancel(context.WithValue(context.Background(), serviceKey{}, s))
	}
	if s.recorder != nil {
		s.recorder.running.Store(s.running)
	}
	return s.ctx, serve, arg
}

type serviceKey struct{}

// exiting answers a task that ends its goroutine: tasks go on in a new one.
func exiting(ctx context.Context, end ending, out []byte) {
	s := ctx.Value(serviceKey{}).(*service)
	s.mu.Lock()
	s.answer(end, out)
	s.mu.Unlock()
	go s.execute()
}

// execute runs one task after the other.
func (s *service) execute() {
	var out []byte
	s.mu.Lock()
	for {
		ctx, serve, arg := s.next()
		if ctx == nil {
			os.Exit(0) // next has flushed
		}
		s.mu.Unlock()
		end := endUnknown
		out = append(out[:0], make([]byte, headroom)...)
		if serve != nil {
			end, out = serve(ctx, out, arg, s.conf.maxSize)
		}
		s.mu.Lock()
		s.answer(end, out)
		if cap(out) > 1<<20 {
			out = nil
		}
	}
}

// headroom is left in front of an answer for the headers it travels with.
const headroom = headerSize + answerHeader

// answer takes in what the running task has come to, behind headroom. It is sent with those that
// follow soon. Once answer returns, the pool learns of it even if this process is killed: it is in the
// recorder or in the pipe. The caller holds the lock.
func (s *service) answer(end ending, out []byte) {
	item := out[headroom:]
	if len(s.buf)+len(out) > cap(s.buf) {
		s.flush()
		if len(out) > cap(s.buf) {
			openFrame(out[:0], kindAnswers, s.running)
			out[headerSize] = byte(end)
			s.write(closeFrame(closeItem(out, headerSize+1), 0))
			return
		}
	}
	if len(s.buf) == 0 {
		s.timer.Reset(flushDelay)
	}
	if s.open == len(s.buf) || s.running != s.last+1 {
		s.closeOpen()
		s.buf = openFrame(s.buf, kindAnswers, s.running)
	}
	s.buf = appendReply(s.buf, reply{end, item})
	s.last = s.running
	s.recorder.note(s.open, len(s.buf))
}

// tell sends whole frames at once. The caller holds the lock.
func (s *service) tell(frames []byte) {
	s.flush()
	if len(frames) > 0 {
		s.write(frames)
	}
}

// closeOpen completes the last frame.
func (s *service) closeOpen() {
	if s.open < len(s.buf) {
		closeFrame(s.buf, s.open)
		s.open = len(s.buf)
	}
}

// flush writes the answers. The caller holds the lock.
func (s *service) flush() {
	if len(s.buf) == 0 {
		return
	}
	s.closeOpen()
	s.write(s.buf)
	// Not before everything is in the pipe. The pool ignores answers it gets twice.
	s.buf, s.open = s.buf[:0], 0
	s.recorder.note(0, 0)
}

func (s *service) write(b []byte) {
	if _, err := s.out.Write(b); err != nil {
		dieWithGroup() // the pool is gone
	}
}
