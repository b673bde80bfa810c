package main

import (
	"context"
	"slices"

	"example.com/lockstep/examples/multiprocessing/pool"
)

// runUnordered gives four tasks to two workers. The first task waits at a gate until the other
// three are answered: in order it would hold them all up, so the answers come as they are ready.
func runUnordered(args []string) error {
	if err := parse(newFlags("unordered"), args); err != nil {
		return err
	}
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(2))
	if err != nil {
		return err
	}
	defer p.Close()
	g, err := newGate()
	if err != nil {
		return err
	}
	defer g.open()
	tasks := []waiting{{N: 9, Gate: g.addr()}, {N: 1}, {N: 2}, {N: 3}}
	answers := 0
	for sq, err := range pass.Unordered(ctx, p, slices.Values(tasks)) {
		if err != nil {
			return err
		}
		say("answer %d", sq)
		if answers++; answers == 3 {
			say("three answers are here; the first task may go on")
			if err := g.arrived(); err != nil {
				return err
			}
			g.open()
		}
	}
	return p.Close()
}
