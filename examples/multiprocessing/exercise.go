package main

import (
	"context"
	"slices"
	"time"

	"example.com/lockstep/examples/multiprocessing/pool"
)

// runExercise solves the page's exercise: the third task waits at a gate that never opens, and the
// pool still answers every task, because each has a time limit.
func runExercise(args []string) error {
	fs := newFlags("exercise")
	limit := intFlag(fs, "limit", 1000, 1, 60_000, "milliseconds a task may take")
	if err := parse(fs, args); err != nil {
		return err
	}
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(2), pool.TimeLimit(time.Duration(*limit)*time.Millisecond))
	if err != nil {
		return err
	}
	defer p.Close()
	g, err := newGate()
	if err != nil {
		return err
	}
	defer g.open()
	tasks := []waiting{{N: 1}, {N: 2}, {N: 3, Gate: g.addr()}, {N: 4}}
	for sq, err := range pass.Map(ctx, p, slices.Values(tasks)) {
		if err != nil {
			say("%v", err)
		} else {
			say("answer %d", sq)
		}
	}
	return p.Close()
}
