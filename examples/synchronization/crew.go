package main

// This file starts the processes of a variant and leads them step by step: a byte down a process's
// standard input allows it one step, a byte from its descriptor 3 says that the step is done.
// Descriptor 4 is the memory that they share.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// A crew is the processes of a variant, and the memory that they share with their parent.
type crew struct {
	page    *os.File
	mem     []byte
	members []*process
}

type process struct {
	name  string
	cmd   *exec.Cmd
	baton io.WriteCloser
	ack   *os.File
	ended bool
}

func newCrew() (*crew, error) {
	page, mem, err := share()
	return &crew{page: page, mem: mem}, err
}

// start starts this program in the given role. The role's first argument is the process's name.
func (c *crew) start(name, role string, args ...any) (*process, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer w.Close() // the child has its own; ours would hide its death
	words := []string{name}
	for _, a := range args {
		words = append(words, fmt.Sprint(a))
	}
	cmd := self(role, words...)
	cmd.ExtraFiles = []*os.File{w, c.page}
	baton, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		r.Close()
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p := &process{name, cmd, baton, r, false}
	c.members = append(c.members, p)
	return p, nil
}

// startAll starts n processes of one role, named kind 1, kind 2 and so on.
func (c *crew) startAll(n int, kind, role string, args ...any) error {
	for i := range n {
		if _, err := c.start(fmt.Sprintf("%s %d", kind, i+1), role, args...); err != nil {
			return err
		}
	}
	return nil
}

// allow lets p begin its next step; done waits until it has finished it; step does both.
func (p *process) allow() error {
	if _, err := p.baton.Write([]byte{1}); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	return nil
}

func (p *process) done() error {
	if _, err := io.ReadFull(p.ack, make([]byte, 1)); err != nil {
		return fmt.Errorf("%s ended before its step was done", p.name)
	}
	return nil
}

func (p *process) step() error {
	if err := p.allow(); err != nil {
		return err
	}
	return p.done()
}

// wait waits until p ends by itself.
func (p *process) wait() error {
	if p.ended {
		return nil
	}
	p.ended = true
	err := p.cmd.Wait()
	p.ack.Close()
	if err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	return nil
}

// each does something with every process, and stops at the first error.
func each(ps []*process, do func(*process) error) error {
	for _, p := range ps {
		if err := do(p); err != nil {
			return err
		}
	}
	return nil
}

// wait waits until all have ended, and says which failed.
func (c *crew) wait() error {
	var errs []error
	for _, p := range c.members {
		errs = append(errs, p.wait())
	}
	return errors.Join(errs...)
}

// end ends those that still run: they see the end of their input. It is for a deferred call.
func (c *crew) end() {
	for _, p := range c.members {
		p.baton.Close()
	}
	c.wait()
	c.page.Close()
	unshare(c.mem)
}
