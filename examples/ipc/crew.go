package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// grace is how long the rest of a crew may take to end by itself after one has failed. (It is a
// variable for a test's sake.)
var grace = 3 * time.Second

// A crew is the children of one run. Each has a pipe from the parent as its standard input, unless
// that is taken; its end-of-file says that the parent is gone, or has given up.
type crew struct {
	names  []string
	cmds   []*exec.Cmd
	gates  []io.Closer
	gaveUp bool
	ended  func(name string) // if set, called after each end
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

// wait waits for all children and says which failed. When one has, the others usually notice and
// end; one that cannot (it still waits for the dead one to connect) is told after the grace, and
// killed after another.
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
	var patience <-chan time.Time // nil, for ever, until one has failed
	if c.gaveUp {
		patience = time.After(grace)
	}
	for left := len(c.cmds); left > 0; {
		select {
		case e := <-ends:
			left--
			if c.ended != nil {
				c.ended(c.names[e.i])
			}
			if e.err != nil && !c.gaveUp {
				failed[e.i] = fmt.Errorf("%s: %w", c.names[e.i], e.err)
				if patience == nil {
					patience = time.After(grace)
				}
			}
		case <-patience:
			if c.gaveUp {
				for _, cmd := range c.cmds {
					cmd.Process.Kill() // fails for those that have ended, which is all right
				}
			}
			c.giveUp()
			patience = time.After(grace)
		}
	}
	return errors.Join(failed...)
}

// watchParent ends this process when its standard input does: then the parent is gone or has given
// up, and there is nobody left to clean up after us. With dir it removes that first.
func watchParent(dir string) {
	go func() {
		io.Copy(io.Discard, os.Stdin)
		if dir != "" {
			os.RemoveAll(dir)
		}
		os.Exit(1)
	}()
}

// die kills this process on the spot, as kill -9 does: nothing deferred runs, nothing is flushed.
func die() {
	if p, err := os.FindProcess(os.Getpid()); err == nil {
		p.Kill()
	}
	select {} // until the signal is here
}
