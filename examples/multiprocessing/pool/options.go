package pool

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"time"
)

// An Option changes what New makes.
type Option func(*config)

type config struct {
	workers, window, tasksPerWorker, retries, maxSize int
	grace, timeLimit, startLimit                      time.Duration
	stdout, stderr                                    io.Writer
	path, name                                        string // of the program: its file, and what it is called
	sameVersion                                       bool   // a worker's version has to be this process's
	args, env                                         []string
	initTask                                          func(maxSize int) ([]byte, error)
	initDone                                          func(reply) error
	noRecorder                                        bool // for tests: as on a system that has none
	byName                                            bool // for tests: as on a system that has no samePath
	errs                                              []error
}

func defaults() config {
	return config{
		workers:    runtime.GOMAXPROCS(0),
		maxSize:    64 << 20,
		grace:      time.Second,
		startLimit: 10 * time.Second,
		stdout:     os.Stdout,
		stderr:     os.Stderr,
		args:       []string{"pool-worker"},
	}
}

func atLeast[T int | time.Duration](option string, value, min, max T, set func(*config)) Option {
	return func(c *config) {
		if value < min || value > max {
			c.errs = append(c.errs, fmt.Errorf("pool: %s(%v): want %v to %v", option, value, min, max))
		}
		set(c)
	}
}

const forever = time.Duration(1<<63 - 1)

// Workers sets how many worker processes there are, from 1 to 1024. The default is GOMAXPROCS.
func Workers(n int) Option {
	return atLeast("Workers", n, 1, 1024, func(c *config) { c.workers = n })
}

// Window fixes how many unanswered tasks a worker holds, running and queued. The default adapts:
// one task for those that take milliseconds, thousands for those that take less than a microsecond,
// so that about two milliseconds of work lie at a worker.
func Window(n int) Option {
	return atLeast("Window", n, 1, 1<<20, func(c *config) { c.window = n })
}

// TasksPerWorker makes the pool replace a worker that has run n tasks by a new one.
func TasksPerWorker(n int) Option {
	return atLeast("TasksPerWorker", n, 1, 1<<30, func(c *config) { c.tasksPerWorker = n })
}

// Retry runs a task again, up to n times, if its worker dies while it runs. Without it a task is
// run at most once; with it, it may be run n+1 times, and so should do no harm when repeated.
func Retry(n int) Option {
	return atLeast("Retry", n, 0, 1000, func(c *config) { c.retries = n })
}

// TimeLimit cancels a task that runs longer than d.
func TimeLimit(d time.Duration) Option {
	return atLeast("TimeLimit", d, time.Millisecond, forever, func(c *config) { c.timeLimit = d })
}

// Grace sets how long a cancelled task may go on: when its context has ended, and once more when
// its worker has been sent SIGTERM. Then comes SIGKILL. The default is a second.
func Grace(d time.Duration) Option {
	return atLeast("Grace", d, 0, forever, func(c *config) { c.grace = d })
}

// StartLimit sets how long a new process may take to call Serve. The default is ten seconds.
// An initialiser has no limit but the context given to New.
func StartLimit(d time.Duration) Option {
	return atLeast("StartLimit", d, time.Millisecond, forever, func(c *config) { c.startLimit = d })
}

// MaxSize bounds an encoded argument or result, in bytes, up to 1 GiB. The default is 64 MiB.
func MaxSize(n int) Option {
	return atLeast("MaxSize", n, 1, 1<<30, func(c *config) { c.maxSize = n })
}

// Output sets where the workers' standard output and error go; nil is nowhere. The defaults are the
// program's own. A writer that is no file is written to by one worker at a time, whichever it is.
func Output(stdout, stderr io.Writer) Option {
	return func(c *config) {
		mu := new(sync.Mutex) // of both, which may be the same writer
		c.stdout, c.stderr = serialised(stdout, mu), serialised(stderr, mu)
	}
}

// Env adds variables, such as "GOMAXPROCS=1", to the environment that workers have from this process.
func Env(vars ...string) Option {
	return func(c *config) { c.env = append(c.env, vars...) }
}

// Command sets the program that workers run, which must call Serve and register the same
// functions. The default is this program, from the file it was started from (see [ErrReplaced]), with the argument "pool-worker", which is for people
// who read a list of processes: it is an environment variable that makes a process a worker.
func Command(path string, args ...string) Option {
	return func(c *config) { c.path, c.name, c.args = path, path, args }
}

// Init makes every new worker call f with in before its first task. If it fails, the worker
// does not count as started.
func Init[In, Out any](f *Function[In, Out], in In) Option {
	return func(c *config) {
		c.initTask = func(maxSize int) ([]byte, error) {
			arg, err := f.appendArg(nil, &in, maxSize)
			return appendTasks(nil, 0, 1, f.name, arg), err
		}
		c.initDone = func(r reply) error { return f.result(new(Out), r, nil, -1, c.maxSize) }
	}
}
