package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// A call of fib that is a process: it starts its own calls, until depth is used up.
type call struct {
	n, depth int
	name     string   // its lane; empty: it says nothing
	doomed   string   // the name of the call that is killed; empty: none
	tokens   *os.File // a byte from here is the right to start a process; its end: no more
}

// A total is what a call and those it made came to.
type total struct {
	result
	processes int
}

func (t total) String() string {
	return fmt.Sprintf("%d, in %s, by %s", t.value, many(t.calls, "call", "calls"),
		many(t.processes, "process", "processes"))
}

func (t *total) add(other total) { t.result.add(other.result); t.processes += other.processes }

var errLimit = errors.New("the limit is reached")

// A started call answers on a pipe of its own, and ends if its input does.
type started struct {
	call
	cmd    *exec.Cmd
	in     io.WriteCloser
	answer *os.File
}

func (c call) start(role string) (*started, error) {
	if _, err := io.ReadFull(c.tokens, make([]byte, 1)); err == io.EOF {
		return nil, errLimit
	} else if err != nil {
		return nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer w.Close() // the child has its own; ours would hide its death
	cmd := self(role, strconv.Itoa(c.n), strconv.Itoa(c.depth), c.name, c.doomed)
	cmd.ExtraFiles = []*os.File{c.tokens, w} // descriptors 3 and 4 in the child
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		r.Close()
		return nil, fmt.Errorf("fib(%d): %w", c.n, err)
	}
	return &started{c, cmd, in, r}, nil
}

// wait returns the answer. The pipe's end is the process's end, so that all that is left is to
// wait for it.
func (s *started) wait() (t total, err error) {
	text, err := io.ReadAll(s.answer)
	if end := s.end(); err == nil {
		err = end
	}
	if message, failed := strings.CutPrefix(string(text), "fail "); failed {
		if message == errLimit.Error() {
			return t, errLimit
		}
		return t, errors.New(message)
	}
	if err == nil {
		_, err = fmt.Sscan(string(text), &t.value, &t.calls, &t.processes)
	}
	if err != nil {
		err = fmt.Errorf("fib(%d): %w", s.n, err)
	}
	return t, err
}

// end ends the process and all it has started, if they have not ended by themselves.
func (s *started) end() error {
	s.in.Close()
	defer s.answer.Close() // not before: it may be answering
	return s.cmd.Wait()
}

// serveCall is the other side: a process that computes one call and answers.
func serveCall(args []string, compute func(call) (total, error)) error {
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0) // nobody waits for the answer any more
	}()
	c := call{name: args[2], doomed: args[3], tokens: os.NewFile(3, "tokens")}
	if _, err := fmt.Sscan(args[0]+" "+args[1], &c.n, &c.depth); err != nil {
		return err
	}
	answer := os.NewFile(4, "answer")
	// That the answer cannot be written is no error here: who started this process is gone.
	if t, err := compute(c); err != nil {
		fmt.Fprintf(answer, "fail %v", err)
	} else {
		fmt.Fprintln(answer, t.value, t.calls, t.processes)
	}
	return nil
}

// newTokens returns a pipe that holds so many tokens, and then ends.
func newTokens(n int) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	_, err = w.Write(make([]byte, n)) // at most 4096: any pipe holds it
	if err = errors.Join(err, w.Close()); err != nil {
		r.Close()
	}
	return r, err
}
