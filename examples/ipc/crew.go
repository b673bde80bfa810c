package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// grace is how long the rest of a crew may take to end after one has failed. All have a cause to: an
// end-of-file, a broken pipe, or giveUp. What it is for is a child that has been stopped.
const grace = time.Minute

// A crew is the children of one run. Each has a pipe from the parent as its standard input, unless
// that is taken; its end-of-file says that the parent is gone, or has given up.
type crew struct {
	names  []string
	cmds   []*exec.Cmd
	gates  []io.WriteCloser
	gaveUp bool
	ended  func(name string, err error) // if set, called after each end; it may give up
}

func (c *crew) start(name string, cmd *exec.Cmd) error {
	if cmd.Stdin == nil {
		gate, err := cmd.StdinPipe()
		if err != nil {
			return fmt.Errorf("start %s: %w", name, err)
		}
		c.gates = append(c.gates, gate)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	c.names = append(c.names, name)
	c.cmds = append(c.cmds, cmd)
	return nil
}

// giveUp asks all children to end: what they report from now on is no news.
func (c *crew) giveUp() {
	c.gaveUp = true
	for _, gate := range c.gates {
		gate.Close()
	}
}

// wait waits for all children and says which failed. When one has, the others notice by themselves;
// where they cannot, ended gives up.
func (c *crew) wait() error {
	type end struct {
		i   int
		err error
	}
	ends := make(chan end)
	for i, cmd := range c.cmds {
		go func() { ends <- end{i, cmd.Wait()} }()
	}
	failed := make([]error, len(c.cmds))
	var late <-chan time.Time // nil, for ever, until one has failed
	if c.gaveUp {
		late = time.After(grace)
	}
	for left := len(c.cmds); left > 0; {
		select {
		case e := <-ends:
			left--
			if e.err != nil && !c.gaveUp {
				failed[e.i] = fmt.Errorf("%s: %w", c.names[e.i], e.err)
			}
			if e.err != nil && late == nil {
				late = time.After(grace)
			}
			if c.ended != nil {
				c.ended(c.names[e.i], e.err)
			}
		case <-late:
			for _, cmd := range c.cmds {
				cmd.Process.Kill() // fails for those that have ended, which is all right
			}
		}
	}
	return errors.Join(failed...)
}

// watchParent ends this process when its standard input does: then the parent is gone or has given
// up, and there is nobody left to clean up after us. With dir it removes that first.
func watchParent(dir string) {
	go func() {
		io.Copy(io.Discard, os.Stdin)
		leave(dir)
	}()
}

// awaitParent waits for a byte from the parent, or leaves as watchParent does.
func awaitParent(dir string) {
	if _, err := io.ReadFull(os.Stdin, make([]byte, 1)); err != nil {
		leave(dir)
	}
}

func leave(dir string) {
	if dir != "" {
		os.RemoveAll(dir)
	}
	os.Exit(1)
}

// die kills this process on the spot, as kill -9 does: nothing deferred runs, nothing is flushed.
func die() {
	if p, err := os.FindProcess(os.Getpid()); err == nil {
		p.Kill()
	}
	select {} // until the signal is here
}
