package script

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"example.com/lockstep/examples/hello/contract"
	"github.com/rogpeppe/go-internal/testscript"
)

// A program runs in the background of a script. (testscript's own background commands can be
// waited for, but their output may not be looked at while they run.)
type program struct {
	name           string
	cmd            *exec.Cmd
	stdin          io.WriteCloser
	stdout, stderr *output
	done           chan struct{} // closed when it has ended and all its output is here
	err            error         // its end; valid after done
	finished       bool
}

// output collects what a program prints, and tells those who wait that there is more.
type output struct {
	mu   sync.Mutex
	text []byte
	more chan struct{} // closed and replaced at every write
}

func newOutput() *output { return &output{more: make(chan struct{})} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text = append(o.text, p...)
	close(o.more)
	o.more = make(chan struct{})
	return len(p), nil
}

// read returns what was printed so far, and a channel that is closed when there is more.
func (o *output) read() (string, <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.text), o.more
}

// whole cuts text after its last newline: half a line is not a line yet.
func whole(text string) string { return text[:strings.LastIndexByte(text, '\n')+1] }

func (p *program) kill() {
	p.stdin.Close()
	p.cmd.Process.Kill()
}

func cmdStart(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: start name program args...")
	}
	st := stateOf(ts)
	name := args[0]
	if st.programs[name] != nil {
		ts.Fatalf("a program named %q was started already", name)
	}
	path, err := lookPath(ts, args[1])
	ts.Check(err)
	cmd := exec.Command(path, args[2:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = environ(ts)
	p := &program{name: name, cmd: cmd, stdout: newOutput(), stderr: newOutput(), done: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p.stdout, p.stderr
	p.stdin, err = cmd.StdinPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	st.programs[name] = p
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
}

// environ returns the script's environment. testscript keeps it to itself, so the variables are
// asked for one by one: those every script starts with, and those this one sets.
func environ(ts *testscript.TestScript) []string {
	names := []string{
		"WORK", "PATH", "HOME", "USERPROFILE", "TMPDIR", "TMP", "TEMP", "SYSTEMROOT", "GOTRACEBACK",
		"GOCOVERDIR", "GORACE", "GOMAXPROCS", "GODEBUG", "ROOT", marker,
	}
	for _, c := range stateOf(ts).src.Commands {
		if c.Args[0] == "env" {
			for _, set := range c.Args[1:] {
				name, _, _ := strings.Cut(set, "=")
				names = append(names, name)
			}
		}
	}
	env := []string{"PWD=" + ts.MkAbs(".")}
	for _, name := range names {
		if v := ts.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}

func lookPath(ts *testscript.TestScript, program string) (string, error) {
	if filepath.Base(program) != program {
		return ts.MkAbs(program), nil
	}
	if runtime.GOOS == "windows" && filepath.Ext(program) == "" {
		program += ".exe"
	}
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		path := filepath.Join(dir, program)
		if fi, err := os.Stat(path); err == nil && !fi.IsDir() {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s: not found in $PATH", program)
}

func background(ts *testscript.TestScript, name string) *program {
	p := stateOf(ts).programs[name]
	if p == nil {
		ts.Fatalf("no program named %q was started", name)
	}
	return p
}

// match waits until p has printed a line that matches re, and returns the last that does.
func (p *program) match(re *regexp.Regexp, deadline time.Time) ([]string, error) {
	timeout := time.After(time.Until(deadline))
	ended := false
	for {
		stdout, moreOut := p.stdout.read()
		stderr, moreErr := p.stderr.read()
		var found []string
		for _, line := range append(contract.Lines(whole(stdout)), contract.Lines(whole(stderr))...) {
			if m := re.FindStringSubmatch(line); m != nil {
				found = m
			}
		}
		switch {
		case found != nil:
			return found, nil
		case ended:
			return nil, fmt.Errorf("%s ended without a line that matches %q\n[stdout]\n%s[stderr]\n%s", p.name, re, stdout, stderr)
		}
		select {
		case <-moreOut:
		case <-moreErr:
		case <-p.done:
			ended = true
		case <-timeout:
			return nil, fmt.Errorf("%s has not printed a line that matches %q in time\n[stdout]\n%s[stderr]\n%s", p.name, re, stdout, stderr)
		}
	}
}

func cmdWaitline(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: waitline name 'regexp'")
	}
	re, err := regexp.Compile(args[1])
	ts.Check(err)
	_, err = background(ts, args[0]).match(re, stateOf(ts).deadline)
	ts.Check(err)
}

func cmdSend(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: send name 'text'")
	}
	_, err := io.WriteString(background(ts, args[0]).stdin, args[1]+"\n")
	ts.Check(err)
}

func cmdSignal(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: signal SIGNAL name ['regexp with the pid as its group']")
	}
	sig, err := signalByName(args[0])
	ts.Check(err)
	p := background(ts, args[1])
	process := p.cmd.Process
	if len(args) == 3 {
		re, err := regexp.Compile(args[2])
		ts.Check(err)
		if re.NumSubexp() != 1 {
			ts.Fatalf("signal: %q must have one group, the pid", args[2])
		}
		m, err := p.match(re, stateOf(ts).deadline)
		ts.Check(err)
		pid, err := strconv.Atoi(m[1])
		ts.Check(err)
		process, err = os.FindProcess(pid)
		ts.Check(err)
		defer process.Release()
	}
	ts.Check(process.Signal(sig))
}

func cmdFinish(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: [!] finish name")
	}
	p := background(ts, args[0])
	p.stdin.Close()
	select {
	case <-p.done:
	case <-time.After(time.Until(stateOf(ts).deadline)):
		out, _ := p.stdout.read()
		errs, _ := p.stderr.read()
		p.kill()
		p.finished = true
		ts.Fatalf("%s has not ended in time\n[stdout]\n%s[stderr]\n%s", p.name, out, errs)
	}
	p.finished = true
	out, _ := p.stdout.read()
	errs, _ := p.stderr.read()
	io.WriteString(ts.Stdout(), out)
	io.WriteString(ts.Stderr(), errs)
	switch {
	case p.err != nil && !neg:
		ts.Fatalf("%s failed: %v", p.name, p.err)
	case p.err == nil && neg:
		ts.Fatalf("%s succeeded, and was expected to fail", p.name)
	}
}
