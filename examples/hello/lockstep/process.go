package lockstep

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

// A Process is a child: this program, started again in a role. Its methods may be called from
// several goroutines; so one that is kept waiting in Step can be killed by another.
type Process struct {
	Name string
	// Cmd may be changed between Command and Start, except for its standard input, which is
	// the child's lifeline. Standard output and error are the parent's own unless changed.
	Cmd *exec.Cmd

	args   []any
	orders io.WriteCloser // the child's standard input
	wait   func() error   // waits once, and remembers
	pipe   io.Closer      // the read end of a pipe that only the child writes to

	mu      sync.Mutex    // guards what is below
	answers *bufio.Reader // reads the pipe
	reason  string        // what the child's Check said
}

// An Error says which process has failed, and how.
type Error struct {
	Name   string // the name that Start was given
	Reason string // what the process gave to Check, or ""
	Err    error  // how it ended, an *exec.ExitError as a rule
}

// Error gives the reason, or how the process ended if it gave none.
func (e *Error) Error() string {
	if e.Reason != "" {
		return e.Name + ": " + e.Reason
	}
	return e.Name + ": " + e.Err.Error()
}

// Unwrap returns how the process ended.
func (e *Error) Unwrap() error { return e.Err }

// Start starts this program again, in a role. The name stands for the process in messages and
// before the lines that it says. The arguments reach the role as Args: an *os.File is open in the
// child as well, anything else is printed as by fmt.Sprint.
func Start(name, role string, args ...any) (*Process, error) {
	return StartContext(context.Background(), name, role, args...)
}

// StartContext is like Start. When ctx is done, the process is killed, and whoever waits for it
// learns of that.
func StartContext(ctx context.Context, name, role string, args ...any) (*Process, error) {
	p := CommandContext(ctx, name, role, args...)
	return p, p.Start()
}

// Command returns a process that is not started yet, so that its Cmd can be changed first.
func Command(name, role string, args ...any) *Process {
	return CommandContext(context.Background(), name, role, args...)
}

// CommandContext is Command for a process that is killed when ctx is done.
func CommandContext(ctx context.Context, name, role string, args ...any) *Process {
	path, err := executable()
	p := &Process{Name: name, Cmd: exec.CommandContext(ctx, path, role, name), args: args}
	p.wait = func() error { return &Error{Name: name, Err: errNotStarted} }
	p.Cmd.Args[0] = os.Args[0]
	p.Cmd.Stdout, p.Cmd.Stderr = os.Stdout, os.Stderr
	if err == nil {
		err = program.checkRole(role)
	}
	if err != nil {
		p.Cmd.Err = err // Start returns it
	}
	return p
}

var errNotStarted = errors.New("not started")

// Start starts a process made by Command.
func (p *Process) Start() error {
	if err := p.start(); err != nil {
		return fmt.Errorf("start %s: %w", p.Name, err)
	}
	return nil
}

func (p *Process) start() error {
	if p.Cmd.Err != nil {
		return p.Cmd.Err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer w.Close() // the child has its own; ours would hide its death
	files, number := []*os.File{w}, map[int]int{}
	for i, arg := range p.args {
		if f, ok := arg.(*os.File); ok {
			number[i] = len(files)
			files = append(files, f)
		}
	}
	handles, err := inherit(p.Cmd, files)
	if err == nil {
		for i, arg := range p.args {
			word := fmt.Sprint(arg)
			if _, ok := arg.(*os.File); ok {
				word = strconv.Itoa(handles[number[i]])
			}
			p.Cmd.Args = append(p.Cmd.Args, word)
		}
		p.Cmd.Env = append(p.Cmd.Environ(), environ+"="+words(handles))
		p.orders, err = p.Cmd.StdinPipe()
	}
	if err == nil {
		err = p.Cmd.Start()
	}
	if err != nil {
		return errors.Join(err, r.Close())
	}
	p.answers, p.pipe, p.wait = bufio.NewReader(r), r, sync.OnceValue(p.waitOnce)
	running.Store(p, nil)
	return nil
}

// running are the processes that nobody has waited for. A process whose parent has forgotten it must
// not end for that reason: a collected Process would close its end of the lifeline.
var running sync.Map

// environ names the variable by which a child knows that it is one, and which files it got.
const environ = "LOCKSTEP_CHILD"

func words(numbers []int) string {
	return strings.Trim(fmt.Sprint(numbers), "[]")
}

// Allow gives the process its turn, and returns at once. What it is given, if anything, is what the
// child's Turn returns. A process that is gone is reported by Answer, Wait and End.
func (p *Process) Allow(order ...any) {
	if p.orders == nil {
		return
	}
	io.WriteString(p.orders, strconv.Quote(fmt.Sprint(order...))+"\n")
}

// Answer waits until the process has done its step, and returns what it gave to Done.
func (p *Process) Answer() (string, error) {
	line, err := p.answer()
	if err == nil {
		return line, nil
	}
	if err := p.Wait(); err != nil {
		return "", err // how it ended says more than the end of a pipe
	}
	return "", &Error{Name: p.Name, Reason: "ended before its step was done", Err: io.ErrUnexpectedEOF}
}

// answer reads the next line of the child, and keeps the reason of a failure.
func (p *Process) answer() (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.answers == nil {
		return "", errNotStarted
	}
	if p.reason != "" {
		return "", io.EOF
	}
	line, err := p.answers.ReadString('\n')
	if err != nil {
		return "", err
	}
	kind, quoted, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
	text, err := strconv.Unquote(quoted)
	if err == nil && kind == failed {
		p.reason, err = text, io.EOF
	}
	return text, err
}

// Step gives the process its turn, waits until it has done its step, and returns what it gave to
// Done.
func (p *Process) Step(order ...any) (string, error) {
	p.Allow(order...)
	return p.Answer()
}

// Wait waits until the process has ended by itself. A process that waits for its turn does not: End
// is for those. The error is an *Error; if Wait is called again, it returns the same.
func (p *Process) Wait() error { return p.wait() }

func (p *Process) waitOnce() error {
	for {
		if _, err := p.answer(); err != nil {
			break // the process has failed or ended, or closed the pipe
		}
	}
	p.pipe.Close()
	err := p.Cmd.Wait()
	running.Delete(p)
	if err == nil {
		return nil
	}
	if p.Cmd.ProcessState.ExitCode() == exitOutput {
		return errOutput
	}
	return &Error{Name: p.Name, Reason: p.reason, Err: err}
}

// End tells the process that there are no more turns, which ends it whatever it is doing, and waits
// until it has ended.
func (p *Process) End() error {
	p.closeOrders()
	return p.Wait()
}

func (p *Process) closeOrders() {
	if p.orders != nil {
		p.orders.Close()
	}
}

// Kill kills the process, as kill -9 does, and waits until it has ended. The error says how it
// ended: killed, as a rule.
func (p *Process) Kill() error {
	if p.Cmd.Process != nil {
		p.Cmd.Process.Kill() // fails if it has ended
	}
	return p.Wait()
}

// WaitAll waits until all processes have ended by themselves, and says which have failed.
func WaitAll(processes ...*Process) error {
	var errs []error
	for _, p := range processes {
		errs = append(errs, p.Wait())
	}
	return errors.Join(errs...)
}

// EndAll tells all processes that there are no more turns, waits until they have ended, and says
// which have failed.
func EndAll(processes ...*Process) error {
	for _, p := range processes {
		p.closeOrders()
	}
	return WaitAll(processes...)
}
