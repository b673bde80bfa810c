package main

import (
	"context"
	"iter"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/multiprocessing/pool"
)

var square = pool.Func("square", func(_ context.Context, n int) (int, error) { return n * n, nil })

// runMap squares the numbers from 0 to n-1 in worker processes.
func runMap(f *lockstep.Flags) {
	n := f.Number("n", 5, 0, 1_000_000, "how many numbers")
	workers := f.Number("workers", 2, 1, 64, "how many worker processes")
	f.Parse()
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(*workers))
	lockstep.Check(err)
	i := 0
	for sq, err := range square.Map(ctx, p, numbers(*n)) {
		lockstep.Check(err)
		lockstep.Say("%d * %d = %d", i, i, sq)
		i++
	}
	lockstep.Check(p.Close())
}

// numbers yields 0 to n-1.
func numbers(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < n && yield(i); i++ {
		}
	}
}
