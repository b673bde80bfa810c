package main

import (
	"context"
	"slices"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/multiprocessing/pool"
)

// stuck never returns for 3, whatever its context says.
var stuck = pool.Func("stuck", func(_ context.Context, n int) (int, error) {
	if n == 3 {
		select {}
	}
	return n * n, nil
})

// runTimeLimit gives every task the same time. The third never returns, and the pool ends it.
func runTimeLimit(f *lockstep.Flags) {
	limit := f.Time("limit", 500*time.Millisecond, time.Millisecond, time.Minute, "how long a task may take")
	f.Parse()
	ctx := context.Background()
	p, err := newLimitedPool(ctx, *limit)
	lockstep.Check(err)
	for sq, err := range stuck.Map(ctx, p, slices.Values([]int{1, 2, 3, 4})) {
		if err != nil {
			lockstep.Say("%v", err)
		} else {
			lockstep.Say("answer %d", sq)
		}
	}
	lockstep.Check(p.Close())
}

// newLimitedPool returns a pool in which each task may run for at most limit. One that has not
// returned by then is cancelled, and killed if that doesn't help.
func newLimitedPool(ctx context.Context, limit time.Duration) (*pool.Pool, error) {
	return pool.New(ctx,
		pool.Workers(2),
		pool.TimeLimit(limit),
		pool.Grace(50*time.Millisecond),
	)
}
