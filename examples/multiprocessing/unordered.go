package main

import (
	"context"
	"slices"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/multiprocessing/pool"
)

// runUnordered gives four tasks to two workers. The first task waits at a gate until the other
// three are answered: in order it would hold them all up, so the answers come as they are ready.
func runUnordered(f *lockstep.Flags) {
	f.Parse()
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(2))
	lockstep.Check(err)
	g := newGate()
	tasks := []heldTask{{N: 9, Gate: g.Addr().String()}, {N: 1}, {N: 2}, {N: 3}}
	answers := 0
	for sq, err := range held.Unordered(ctx, p, slices.Values(tasks)) {
		lockstep.Check(err)
		lockstep.Say("answer %d", sq)
		if answers++; answers == 3 {
			lockstep.Say("three answers are here; the first task may go on")
			g.arrived()
			g.open()
		}
	}
	lockstep.Check(p.Close())
}
