package main

import (
	"context"
	"fmt"

	"example.com/lockstep/examples/synchronization/psync"
)

const barrierAt = 512

// runBarrier has n processes meet at a barrier, round after round, with no parent in between.
func runBarrier(args []string) error {
	fs := newFlags("barrier")
	n := intFlag(fs, "n", 3, 1, 32, "how many processes")
	rounds := intFlag(fs, "rounds", 2, 1, 1000, "how often they meet")
	victim := intFlag(fs, "kill", 0, 0, 32, "kill this process before it arrives; 0 is none")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *victim > *n {
		return usagef("-kill %d: there are only %d processes", *victim, *n)
	}
	c, err := newCrew()
	if err != nil {
		return err
	}
	defer c.end()
	if err := c.startAll(*n, "process", "barrier-child", *n, *rounds); err != nil {
		return err
	}
	if err := each(c.members, (*process).done); err != nil { // all have joined
		return err
	}
	for i, p := range c.members {
		act := p.allow
		if i+1 == *victim {
			act = p.cmd.Process.Kill
		}
		if err := act(); err != nil {
			return err
		}
	}
	return c.wait()
}

func barrierChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	n, rounds := atoi(args[1]), atoi(args[2])
	b, err := psync.OpenBarrier(m.mem[barrierAt:], n)
	if err != nil {
		return err
	}
	if err := m.done(); err != nil {
		return err
	}
	m.allowed()
	arrived := number(m.mem, arrivedAt)
	for r := 1; r <= rounds; r++ {
		m.say("arrives in round %d", r)
		arrived.Add(1)
		if err := b.Wait(context.Background()); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		if a := arrived.Load(); a < int64(n*r) {
			return fmt.Errorf("%s leaves round %d after %d arrivals of %d", m.name, r, a, n*r)
		}
		m.say("leaves round %d", r)
	}
	return nil
}
