package main

import (
	"context"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/multiprocessing/pool"
)

// runAsync submits tasks and goes on. They wait at a gate, so that all are under way while the
// program does something else.
func runAsync(f *lockstep.Flags) {
	n := f.Number("n", 3, 1, 64, "how many tasks, each in a worker of its own")
	f.Parse()
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(*n))
	lockstep.Check(err)
	g := newGate()
	var futures []*pool.Future[int]
	for i := range *n {
		futures = append(futures, held.Submit(ctx, p, heldTask{N: i, Gate: g.Addr().String()}))
	}
	for range futures {
		g.arrived()
	}
	here := 0
	for _, future := range futures {
		select {
		case <-future.Done():
			here++
		default:
		}
	}
	lockstep.Say("%d under way, %d answered, and we go on", *n, here)
	g.open()
	for i, future := range futures {
		sq, err := future.Wait(ctx)
		lockstep.Check(err)
		lockstep.Say("%d * %d = %d", i, i, sq)
	}
	lockstep.Check(p.Close())
}
