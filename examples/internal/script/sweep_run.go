package script

//lint:file-ignore U1000 what only Linux's conditions use is here for the others to build

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// detectorsOwn is what the race detector's runtime, and no program, says where there is no /proc.
var detectorsOwn = regexp.MustCompile(`(?m)^==\d+==WARNING: reading executable name failed.*\n`)

// A run is a program under a condition, while it runs.
type run struct {
	result
	cmd    *exec.Cmd
	mark   string        // in the environment of its processes
	dir    string        // its own folder, with tmp and shm in it
	tmpdir string        // its TMPDIR
	lines  *os.File      // what it prints, if its condition has an event
	child  int           // which child the event concerns
	ended  chan struct{} // closed when the program has ended
}

// A result is how a run ended.
type result struct {
	args           []string
	code           int  // as a shell shows it: 128 + n after signal n
	timedOut       bool // it was killed since it did not end
	stdout, stderr string
	left           []string // what it left behind, each in words
	found          int      // how many children there were when an event chose one
	killed         bool     // one of them was alive, and was killed
	note           string   // what the condition did, for the message
	lacks          error    // why the condition cannot be had here
}

// run runs a case. The child is the number of the one that an event concerns.
func (s *sweep) run(c sweepCase, child int) (result, error) {
	r := &run{child: child, ended: make(chan struct{})}
	r.args = slices.Concat([]string{c.variant}, s.args[c.variant], c.args)
	r.cmd = underTest(r.args...)
	if err := r.furnish(s.dir); err != nil {
		return r.result, err
	}
	if c.condition.before != nil {
		if r.lacks = c.condition.before(r); r.lacks != nil {
			return r.result, nil
		}
	}
	if err := r.connect(c.condition); err != nil {
		return r.result, err
	}
	r.mark = filepath.Base(s.dir) + "-" + filepath.Base(r.dir)
	r.cmd.Env = append(r.cmd.Env, marker+"="+r.mark, "TMPDIR="+r.tmpdir, "TMP="+r.tmpdir, "TEMP="+r.tmpdir)
	home := filepath.Join(r.dir, "home") // what a variant keeps there is no other run's business
	r.cmd.Dir = home
	r.cmd.Env = append(r.cmd.Env, "HOME="+home, "XDG_CACHE_HOME="+filepath.Join(home, ".cache"))
	for name, v := range goEnv() {
		r.cmd.Env = append(r.cmd.Env, name+"="+v)
	}
	before := r.files()
	if err := r.start(c.condition); err != nil || r.lacks != nil {
		return r.result, err
	}
	r.watch(c, s.limit)
	r.left = endLeftovers(r.mark, r.cmd.Process.Pid)
	for _, name := range r.files() {
		if !slices.Contains(before, name) {
			r.left = append(r.left, "left behind a file: "+name)
		}
	}
	stdout, _ := os.ReadFile(filepath.Join(r.dir, "stdout")) // there is none if it went elsewhere
	stderr, _ := os.ReadFile(filepath.Join(r.dir, "stderr"))
	r.stdout += string(stdout)
	r.stderr = detectorsOwn.ReplaceAllString(string(stderr), "")
	return r.result, os.RemoveAll(r.dir)
}

// furnish makes the run's folder.
func (r *run) furnish(parent string) (err error) {
	if r.dir, err = os.MkdirTemp(parent, ""); err != nil {
		return err
	}
	r.tmpdir = filepath.Join(r.dir, "tmp")
	for _, name := range []string{"tmp", "shm", "home"} {
		if err := mkdir(filepath.Join(r.dir, name)); err != nil {
			return err
		}
	}
	return os.Chmod(r.dir, 0o755) // the process may be another user's
}

// connect opens what the condition has not connected. A file rather than a pipe: a process that is
// left behind would keep the pipe open, and its reader waiting.
func (r *run) connect(c *sweepCondition) error {
	var errs [2]error
	switch {
	case c.event != nil:
		r.lines, r.cmd.Stdout, errs[0] = linePipe()
	case r.cmd.Stdout == nil:
		r.cmd.Stdout, errs[0] = os.OpenFile(filepath.Join(r.dir, "stdout"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	}
	if r.cmd.Stderr == nil {
		r.cmd.Stderr, errs[1] = os.OpenFile(filepath.Join(r.dir, "stderr"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	}
	return errors.Join(errs[:]...)
}

// files returns the names of all files in the run's TMPDIR and in its /dev/shm.
func (r *run) files() (names []string) {
	for _, root := range []string{"tmp", "shm"} {
		filepath.WalkDir(filepath.Join(r.dir, root), func(path string, _ fs.DirEntry, err error) error {
			name, _ := filepath.Rel(r.dir, path)
			if err != nil {
				name += ": " + err.Error()
			}
			names = append(names, filepath.ToSlash(name))
			return nil
		})
	}
	return names
}

// start starts the program, and returns when it runs under the condition.
func (r *run) start(c *sweepCondition) error {
	entered, err := enter(r, c.name)
	if err == nil {
		err = r.cmd.Start()
	}
	for _, f := range []any{r.cmd.Stdin, r.cmd.Stdout, r.cmd.Stderr} {
		if f, ok := f.(*os.File); ok {
			f.Close()
		}
	}
	if err != nil {
		return err
	}
	if r.lacks = entered(); r.lacks != nil {
		r.cmd.Wait()
	}
	return nil
}

// watch waits until the program has ended, and kills it at the limit. It lets the event happen.
func (r *run) watch(c sweepCase, limit time.Duration) {
	var timedOut atomic.Bool
	timer := time.AfterFunc(limit, func() {
		timedOut.Store(true)
		signalGroup(r.cmd.Process, syscall.SIGKILL)
	})
	go func() {
		r.cmd.Wait()
		if r.lines != nil {
			r.lines.SetReadDeadline(time.Now().Add(grace)) // somebody else may have it open
		}
		close(r.ended)
	}()
	if c.condition.event != nil {
		r.readLines(c.line, c.condition.event)
	}
	<-r.ended
	timer.Stop()
	r.timedOut = timedOut.Load()
	r.code = r.cmd.ProcessState.ExitCode()
	if s, ok := r.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && s.Signaled() {
		r.code = 128 + int(s.Signal())
	}
}

func (r *run) isOver() bool {
	select {
	case <-r.ended:
		return true
	default:
		return false
	}
}

// readLines reads what the program prints, and calls event when it has read n lines.
func (r *run) readLines(n int, event func(*run)) {
	var text strings.Builder
	in := bufio.NewReaderSize(r.lines, 1<<16)
	var err error
	for range n {
		var line string
		line, err = in.ReadString('\n')
		text.WriteString(line)
	}
	if err == nil {
		event(r)
	}
	io.Copy(&text, in)
	r.lines.Close()
	r.stdout = text.String()
}

// endLeftovers waits until no process of a run is alive, for the grace period. It then kills those
// that are, and returns them in words. A process is the run's if it has its mark, or is in its
// session, whatever it did to its environment.
func endLeftovers(mark string, session int) (left []string) {
	find := func() []int { return append(marked(mark), inSession(session)...) }
	pids := find()
	for end := time.Now().Add(grace); len(pids) > 0 && time.Now().Before(end); pids = find() {
		time.Sleep(5 * time.Millisecond)
	}
	// A killed process may have been about to start another: look until there is none.
	for range 100 {
		if len(pids) == 0 {
			break
		}
		for _, pid := range pids {
			left = append(left, "left behind a process: "+describe(pid))
			if p, err := os.FindProcess(pid); err == nil {
				p.Kill()
			}
		}
		time.Sleep(5 * time.Millisecond)
		pids = find()
	}
	slices.Sort(left)
	return slices.Compact(left)
}
