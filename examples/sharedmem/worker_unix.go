//go:build unix

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
)

// A worker is a child that has the parent's memory as descriptor 3. A byte down its standard input
// allows it one step; it acknowledges on descriptor 4.
type worker struct {
	name  string
	cmd   *exec.Cmd
	baton io.WriteCloser
	ack   *os.File
	ended bool
}

func startWorker(m *memory, name, role string, args ...string) (*worker, error) {
	return startCmd(m, name, self(role, append([]string{name}, args...)...))
}

func startCmd(m *memory, name string, cmd *exec.Cmd) (*worker, error) {
	ack, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer w.Close() // the child has its own; ours would hide its death
	cmd.ExtraFiles = []*os.File{m.file, w}
	baton, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", name, err), ack.Close())
	}
	return &worker{name: name, cmd: cmd, baton: baton, ack: ack}, nil
}

// step lets the child do one step and waits until it has.
func (w *worker) step() error {
	w.allow()
	return w.await()
}

func (w *worker) allow() { fmt.Fprint(w.baton, "!") } // await reports a child that is gone

func (w *worker) await() error {
	if _, err := io.ReadFull(w.ack, make([]byte, 1)); err != nil {
		if ended := w.end(); ended != nil {
			return ended
		}
		return fmt.Errorf("%s did not do its step: %w", w.name, err)
	}
	return nil
}

// end closes the child's input, waits for it and says how it failed, once.
func (w *worker) end() error {
	if w.ended {
		return nil
	}
	w.ended = true
	w.baton.Close()
	err := w.cmd.Wait()
	w.ack.Close()
	if err != nil {
		return fmt.Errorf("%s: %w", w.name, err)
	}
	return nil
}

// startTeam starts n workers named "process 1" to "process n".
func startTeam(m *memory, n int, role string, args ...string) ([]*worker, error) {
	var team []*worker
	for i := range n {
		name := "process " + strconv.Itoa(i+1)
		w, err := startWorker(m, name, role, append([]string{strconv.Itoa(i), strconv.Itoa(n)}, args...)...)
		if err != nil {
			return nil, errors.Join(err, endAll(team))
		}
		team = append(team, w)
	}
	return team, nil
}

func endAll(team []*worker) error {
	var errs []error
	for _, w := range team {
		errs = append(errs, w.end())
	}
	return errors.Join(errs...)
}

// In the child:

// A role is what this program is when it was started by itself, with at least so many arguments.
func role(name string, arguments int, run func(args []string) error) variant {
	return variant{name, "", func(args []string) error {
		if len(args) < arguments {
			return usagef("%s: is for the program itself, which passes it %d arguments", name, arguments)
		}
		return run(args)
	}}
}

// turn waits until this process is allowed its next step. The end of the input means that the
// parent is gone, or has seen enough.
func turn() error {
	if _, err := io.ReadFull(os.Stdin, make([]byte, 1)); err != nil {
		return fmt.Errorf("the parent is gone: %w", err)
	}
	return nil
}

var ackFile = sync.OnceValue(func() *os.File { return os.NewFile(4, "ack") })

// done acknowledges the step.
func done() error {
	_, err := ackFile().Write([]byte{1})
	return err
}

// endWithParent ends this process when its standard input does.
func endWithParent() {
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
}
