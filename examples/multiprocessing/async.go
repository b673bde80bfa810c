package main

import (
	"context"

	"example.com/lockstep/examples/multiprocessing/pool"
)

// runAsync submits tasks and goes on. They wait at a gate, so that all are under way while the
// program does something else.
func runAsync(args []string) error {
	fs := newFlags("async")
	n := intFlag(fs, "n", 3, 1, 64, "how many tasks, each in a worker of its own")
	if err := parse(fs, args); err != nil {
		return err
	}
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(*n))
	if err != nil {
		return err
	}
	defer p.Close()
	g, err := newGate()
	if err != nil {
		return err
	}
	defer g.open()
	// region async
	var futures []*pool.Future[int]
	for i := range *n {
		futures = append(futures, pass.Submit(ctx, p, waiting{N: i, Gate: g.addr()}))
	}
	// endregion async
	done := 0
	for _, f := range futures {
		if err := g.arrived(); err != nil {
			return err
		}
		select {
		case <-f.Done():
			done++
		default:
		}
	}
	say("%d tasks run, %d answers are here, and we go on", *n, done)
	g.open()
	for i, f := range futures {
		sq, err := f.Wait(ctx)
		if err != nil {
			return err
		}
		say("%d * %d = %d", i, i, sq)
	}
	return p.Close()
}
