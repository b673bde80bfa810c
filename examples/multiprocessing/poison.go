package main

import (
	"context"

	"example.com/lockstep/examples/multiprocessing/pool"
)

// runPoison opts into running tasks again if their worker dies. A task that kills every worker it
// meets must still not keep the pool busy for ever.
func runPoison(args []string) error {
	fs := newFlags("poison")
	retry := intFlag(fs, "retry", 2, 0, 20, "how often a task is run again")
	if err := parse(fs, args); err != nil {
		return err
	}
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(1), pool.Retry(*retry))
	if err != nil {
		return err
	}
	defer p.Close()
	i := 0
	for sq, err := range square.Map(ctx, p, numbers(5, 2)) {
		if err != nil {
			say("%v", err)
		} else {
			say("%d * %d = %d", i, i, sq)
		}
		i++
	}
	say("workers started: %d", p.Stats().Started)
	return p.Close()
}
