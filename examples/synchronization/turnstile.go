package main

import (
	"errors"

	"example.com/lockstep/examples/synchronization/psync"
)

const passedAt = 64

// runTurnstile holds n processes back at a mutex that each locks only to unlock it, and opens it.
func runTurnstile(args []string) error {
	fs := newFlags("turnstile")
	n := intFlag(fs, "n", 3, 1, 32, "how many processes")
	if err := parse(fs, args); err != nil {
		return err
	}
	c, err := newCrew()
	if err != nil {
		return err
	}
	defer c.end()
	turnstile, err := psync.OpenMutex(c.mem[mutexAt:])
	if err != nil {
		return err
	}
	if err := turnstile.Lock(); err != nil {
		return err
	}
	if err := c.startAll(*n, "process", "turnstile-child"); err != nil {
		return err
	}
	if err := each(c.members, (*process).step); err != nil { // all stand in front of it
		return err
	}
	passed := number(c.mem, passedAt)
	say("closed: %d have passed", passed.Load())
	if err := errors.Join(turnstile.Unlock(), c.wait()); err != nil {
		return err
	}
	say("open: %d have passed", passed.Load())
	return nil
}

func turnstileChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	turnstile, err := psync.OpenMutex(m.mem[mutexAt:])
	if err != nil {
		return err
	}
	m.allowed()
	m.say("comes")
	if err := m.done(); err != nil {
		return err
	}
	if err := turnstile.Lock(); err != nil {
		return err
	}
	m.say("passes")
	number(m.mem, passedAt).Add(1)
	return turnstile.Unlock()
}
