package main

import (
	"context"
	"errors"

	"example.com/lockstep/examples/synchronization/psync"
)

const (
	onceAt  = 512
	eventAt = 576
	setUpAt = 640
)

// runOnce has n processes wait for a start signal, an event, and then need something set up. One
// of them does it. With -kill it dies of it, and another does it again.
func runOnce(args []string) error {
	fs := newFlags("once")
	n := intFlag(fs, "n", 3, 2, 32, "how many processes")
	kill := fs.Bool("kill", false, "kill the first in the middle of the set-up")
	if err := parse(fs, args); err != nil {
		return err
	}
	c, err := newCrew()
	if err != nil {
		return err
	}
	defer c.end()
	start, err := psync.OpenEvent(c.mem[eventAt:])
	if err != nil {
		return err
	}
	if *kill {
		victim, err := c.start("victim", "once-child")
		if err != nil {
			return err
		}
		if err := victim.step(); err != nil {
			return err
		}
		if err := victim.cmd.Process.Kill(); err != nil {
			return err
		}
	}
	if err := c.startAll(*n, "process", "once-child"); err != nil {
		return err
	}
	say("start")
	err = errors.Join(start.Set(), c.wait())
	say("set up %d times", number(c.mem, setUpAt).Load())
	return err
}

func onceChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	start, err := psync.OpenEvent(m.mem[eventAt:])
	if err != nil {
		return err
	}
	once, err := psync.OpenOnce(m.mem[onceAt:])
	if err != nil {
		return err
	}
	if m.name == "victim" {
		m.allowed()
	} else if err := start.Wait(context.Background()); err != nil {
		return err
	}
	err = once.Do(context.Background(), func(again bool) error {
		if again {
			number(m.mem, setUpAt).Store(0) // what the dead one left
		}
		number(m.mem, setUpAt).Add(1)
		if m.name == "victim" {
			m.say("sets up, and is killed in the middle")
			m.done()
			m.allowed() // what comes is the kill
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.say("goes on: set up %d times", number(m.mem, setUpAt).Load())
	return nil
}
