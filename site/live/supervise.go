package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// superviseRole is the argument that makes this program the supervisor of one run.
const superviseRole = "supervise"

// mark names the environment variable that every process of a run has.
const mark = "LOCKSTEP_RUN"

// A task is what a supervisor is told to run.
type task struct {
	Args      []string
	Env       []string // added to the supervisor's
	Dir       string
	Interrupt bool // ask first: a launcher ends its ranks on other machines, too
}

// interruptGrace is how long a program that is asked to end may take before it is killed.
const interruptGrace = 300 * time.Millisecond

// supervise runs one task with this process's outputs, and leaves nothing of it. Its standard input is its lifeline: the
// first line is the task, and the end of it ends the run, so the death of the server does, too. It ends with the
// program's exit code, or with 128 and the number of the signal that ended it, as a shell says it.
//
// It holds the outputs open until the program has ended: their end tells the server that the program has ended, and that
// nobody else can write to them any more.
func supervise() int {
	signal.Notify(make(chan os.Signal, 1), os.Interrupt, syscall.SIGTERM) // Ctrl-C is for the server, which ends this
	in := bufio.NewReader(os.Stdin)
	line, err := in.ReadBytes('\n')
	var t task
	if err == nil {
		err = json.Unmarshal(line, &t)
	}
	if err == nil && len(t.Args) == 0 {
		err = errors.New("no task")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "live: a supervisor is started by the server, and not by hand")
		return 2
	}
	if err := adopt(); err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		return 1
	}
	program := exec.Command(t.Args[0], t.Args[1:]...)
	program.Dir, program.Env = t.Dir, append(os.Environ(), t.Env...)
	program.Stdout, program.Stderr = os.Stdout, os.Stderr
	program.SysProcAttr = ownGroup()
	if err := program.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		return 127
	}
	ended, gone := make(chan struct{}), make(chan struct{})
	go func() {
		program.Wait()
		os.Stdout.Close()
		os.Stderr.Close()
		close(ended)
	}()
	go func() {
		io.Copy(io.Discard, in)
		close(gone)
	}()
	<-gone
	select {
	case <-ended:
	default:
		if t.Interrupt {
			program.Process.Signal(os.Interrupt)
			select {
			case <-ended:
			case <-time.After(interruptGrace):
			}
		}
	}
	killTree(program.Process.Pid, t.Env[0], ended)
	<-ended
	if code := program.ProcessState.ExitCode(); code >= 0 {
		return code
	}
	return 128 + signalOf(program.ProcessState)
}

// A supervised run: its outputs, and what ends it.
type supervised struct {
	stdout, stderr io.ReadCloser
	lifeline       io.WriteCloser
	command        *exec.Cmd
}

// startSupervised starts a supervisor that runs the task.
func startSupervised(ctx context.Context, t task) (*supervised, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	order, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	command := exec.Command(self, superviseRole)
	s := &supervised{command: command}
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	s.lifeline = stdin
	if s.stdout, err = command.StdoutPipe(); err != nil {
		return nil, err
	}
	if s.stderr, err = command.StderrPipe(); err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	if _, err := stdin.Write(append(order, '\n')); err != nil {
		s.end()
		return nil, err
	}
	return s, nil
}

// end ends the run, waits until nothing of it is left, and returns its exit code.
func (s *supervised) end() int {
	s.lifeline.Close()
	s.command.Wait()
	return s.command.ProcessState.ExitCode()
}
