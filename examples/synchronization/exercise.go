package main

import (
	"context"
	"errors"

	"example.com/lockstep/examples/synchronization/psync"
)

// runExercise solves the page's exercise: one party of a barrier is killed before it arrives. The
// others are told, a new process takes its place, and the round goes on.
func runExercise(args []string) error {
	fs := newFlags("exercise")
	n := intFlag(fs, "n", 3, 2, 32, "how many processes")
	if err := parse(fs, args); err != nil {
		return err
	}
	c, err := newCrew()
	if err != nil {
		return err
	}
	defer c.end()
	if err := c.startAll(*n, "process", "exercise-child", *n); err != nil {
		return err
	}
	if err := each(c.members, (*process).done); err != nil { // all have joined
		return err
	}
	victim, others := c.members[0], c.members[1:]
	if err := victim.cmd.Process.Kill(); err != nil {
		return err
	}
	victim.wait() // it was killed: that is no news
	if err := each(others, (*process).step); err != nil {
		return err
	}
	say("process 1 was killed; a replacement starts")
	replacement, err := c.start("replacement", "exercise-child", *n)
	if err != nil {
		return err
	}
	if err := replacement.done(); err != nil { // it has the dead one's place
		return err
	}
	c.members = append(others, replacement)
	if err := each(c.members, (*process).allow); err != nil {
		return err
	}
	return c.wait()
}

func exerciseChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	b, err := psync.OpenBarrier(m.mem[barrierAt:], atoi(args[1]))
	if err != nil {
		return err
	}
	if err := m.done(); err != nil {
		return err
	}
	m.allowed()
	m.say("arrives")
	err = b.Wait(context.Background())
	for errors.Is(err, psync.ErrPartyDied) {
		m.say("is told that one has died")
		if err := m.done(); err != nil {
			return err
		}
		m.allowed() // the place is taken again
		err = b.Wait(context.Background())
	}
	if err != nil {
		return err
	}
	m.say("leaves")
	return nil
}
