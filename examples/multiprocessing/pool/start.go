package pool

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"
)

// keep holds one place in the pool: a worker, and when it ends, the next.
func (p *Pool) keep(number int, started chan<- error) {
	wait := time.Duration(0)
	for {
		w, err := p.start(number)
		if started != nil {
			started <- err
			started = nil
		}
		if err == nil {
			err = w.serve()
		}
		if err != nil && p.startFailed(err) {
			return
		}
		// A worker that dies before it has done anything is not replaced at once, or a lasting
		// cause would keep the machine busy.
		if err == nil && w.ran {
			wait = 0
		} else {
			wait = min(max(10*time.Millisecond, 2*wait), time.Second)
		}
		select {
		case <-p.quit:
			return
		case <-time.After(wait):
		}
		p.mu.Lock()
		over := p.failed != nil || p.ending
		p.mu.Unlock()
		if over {
			return
		}
	}
}

// serve takes in what the worker says until its end, and buries it. If there are tasks and it has not
// begun one, it might as well not have been started: that is the error. To die idle is none.
func (w *worker) serve() error {
	err := w.receive()
	if err == io.EOF || err == io.ErrUnexpectedEOF || errors.Is(err, os.ErrClosed) {
		err = nil // its end is all there is to say
	}
	w.bury(err)
	w.p.mu.Lock()
	harmless := w.ran || w.ended || w.p.pending == 0
	w.p.mu.Unlock()
	if harmless {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("%v before it had begun a task", w.cmd.ProcessState)
	}
	return &StartError{w.number, w.stderr.String(), err}
}

// startFailed counts a worker that could not be started. It reports whether there is no point in
// trying again.
func (p *Pool) startFailed(err error) bool {
	p.mu.Lock()
	p.failures++
	alive := false
	for _, w := range p.workers {
		alive = alive || w != nil && w.ready
	}
	over := p.failures >= maxFailures && !alive
	p.mu.Unlock()
	if over {
		p.fail(err)
	}
	return over
}

// start starts a worker process and returns when it serves and is initialised.
func (p *Pool) start(number int) (*worker, error) {
	w := &worker{p: p, number: number, wake: make(chan struct{}, 1), window: max(1, p.conf.window)}
	w.stderr = &tail{to: p.conf.stderr}
	if err := w.launch(); err != nil {
		return nil, &StartError{Worker: number, Err: err}
	}
	p.mu.Lock()
	p.workers[number-1] = w
	p.stats.Started++
	if p.failed != nil || p.ending {
		kill(w.cmd.Process)
	}
	p.mu.Unlock()

	if err := w.greet(); err != nil {
		p.mu.Lock()
		why := p.failed
		w.ended = true // it is no crash
		p.mu.Unlock()
		w.bury(nil)
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("%v before it served: does its main function call pool.Serve first?", w.cmd.ProcessState)
		}
		if why != nil {
			err = why
		}
		return nil, &StartError{number, w.stderr.String(), err}
	}
	p.mu.Lock()
	w.ready = true
	if p.failed != nil || p.ending {
		w.end()
	}
	p.mu.Unlock()
	go w.send()
	return w, nil
}

// launch starts the process.
func (w *worker) launch() error {
	conf := &w.p.conf
	childIn, in, err := os.Pipe()
	if err != nil {
		return err
	}
	defer childIn.Close()
	out, childOut, err := os.Pipe()
	if err != nil {
		in.Close()
		return err
	}
	defer childOut.Close() // our copy would hide the worker's death
	files := []*os.File{childIn, childOut}
	if !conf.noRecorder {
		if r, f, err := newRecorder(); err == nil {
			defer f.Close()
			w.recorder = r
			files = append(files, f)
		}
	}
	cmd := exec.Command(conf.path, conf.args...)
	cmd.Args[0] = conf.name
	numbers := append(passFiles(cmd, files), 0)
	env := workerConf{w.number, conf.maxSize, numbers[0], numbers[1], numbers[2]}
	cmd.Env = slices.Concat(os.Environ(), conf.env, []string{env.String()})
	cmd.Stdout, cmd.Stderr = conf.stdout, w.stderr
	cmd.WaitDelay = time.Second // what left the worker's group may hold its standard error open
	w.cmd, w.in, w.out = cmd, in, out
	w.frames = frameReader{r: out, limit: conf.maxSize + frameSlack}
	if err := cmd.Start(); err != nil {
		in.Close()
		out.Close()
		if w.recorder != nil {
			w.recorder.close()
		}
		return err
	}
	return nil
}

// greet waits for the worker's first words, and for its initialiser.
func (w *worker) greet() error {
	conf := &w.p.conf
	var late sync.Once
	limit := time.AfterFunc(conf.startLimit, func() {
		late.Do(func() { w.out.SetReadDeadline(time.Now()) })
	})
	defer limit.Stop()
	if conf.initTask != nil {
		task, err := conf.initTask(conf.maxSize)
		if err != nil {
			return err
		}
		w.in.SetWriteDeadline(time.Now().Add(conf.startLimit))
		if _, err := w.in.Write(task); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return io.EOF // it has ended; bury says how
		}
		w.in.SetWriteDeadline(time.Time{})
	}
	waiting := []kind{kindHello}
	if conf.initTask != nil {
		waiting = append(waiting, kindAnswers)
	}
	for len(waiting) > 0 {
		frames, err := w.frames.next()
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return fmt.Errorf("it has not served within %v: does its main function call pool.Serve first?", conf.startLimit)
		case err != nil && len(waiting) == 1 && conf.initTask != nil:
			return fmt.Errorf("it ended in its initialiser: %w", io.ErrUnexpectedEOF)
		case err != nil:
			return err
		}
		for _, f := range frames {
			switch {
			case len(waiting) == 0 || waiting[0] != f.kind:
				return &ProtocolError{"not the greeting of a worker"}
			case f.kind == kindHello:
				if len(f.payload) == 0 || f.payload[0] != protocolVersion {
					return &ProtocolError{"another version of the protocol"}
				}
				if conf.sameVersion && string(f.payload[1:]) != programVersion {
					return ErrReplaced
				}
				late.Do(func() {}) // from here on only the context limits it
			default:
				r, _, err := cutReply(f.payload)
				if err == nil {
					err = conf.initDone(r)
				}
				if err != nil {
					return fmt.Errorf("initialise: %w", err)
				}
			}
			waiting = waiting[1:]
		}
	}
	return nil
}

// A workerConf is what a worker needs to know before the first frame.
type workerConf struct {
	worker, maxSize   int
	in, out, recorder uintptr // descriptors or handles; no recorder is 0
}

func (c workerConf) String() string {
	return fmt.Sprintf("%s=%d %d %d %d %d %d", envName, protocolVersion, c.worker, c.maxSize, c.in, c.out, c.recorder)
}

func (c *workerConf) parse(s string) error {
	var version int
	_, err := fmt.Sscanf(s, "%d %d %d %d %d %d", &version, &c.worker, &c.maxSize, &c.in, &c.out, &c.recorder)
	if err != nil || version != protocolVersion {
		return fmt.Errorf("%s=%q: not from this version of the package", envName, s)
	}
	return nil
}

// ErrReplaced is what a StartError wraps if the program's file is not the one it was when the program
// began: a new worker would run other code. On Linux it does not come to that, as long as there is a
// /proc: a worker is started from the same file, even if it has been replaced or removed.
var ErrReplaced = errors.New("the program's file has been replaced since this process began")

// programVersion tells one file of the program from another, by its size and the time of its last change.
// It is looked up as the process begins, when the file is most likely still the one it was started from.
var programVersion = fileVersion()

func fileVersion() string {
	path, err := os.Executable()
	if err != nil {
		return err.Error()
	}
	info, err := os.Stat(path)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(info.Size(), info.ModTime().UnixNano())
}

// setProgram makes workers run this program.
func (c *config) setProgram() error {
	path, err := os.Executable()
	if err != nil {
		return err
	}
	c.path, c.name, c.sameVersion = path, path, true
	if same, ok := samePath(); ok && !c.byName {
		c.path, c.sameVersion = same, false
	}
	return nil
}
