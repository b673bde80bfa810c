package main

import (
	"context"
	"fmt"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/errgroup"
)

// runGoroutines does the tasks in goroutines, p at a time.
func runGoroutines(f *lockstep.Flags) {
	j, p := jobFlags(f, "goroutines")
	begin := time.Now()
	means, err := j.inGoroutines(context.Background(), p)
	lockstep.Check(err)
	j.report(means, fmt.Sprintf("by %d goroutines", p), begin)
}

func (j job) inGoroutines(ctx context.Context, p int) ([]float64, error) {
	return inGoroutines(ctx, j.tasks, p, func(ctx context.Context, task int) (float64, error) {
		return do(ctx, stream(j.seed, task), j.count)
	})
}

// inGoroutines does the tasks from 1 to n, p at a time. The first error cancels the others' context.
func inGoroutines(ctx context.Context, n, p int, work func(ctx context.Context, task int) (float64, error)) ([]float64, error) {
	means := make([]float64, n) // each goroutine writes its own element only
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(p)
	for i := range means {
		g.Go(func() (err error) {
			means[i], err = work(ctx, i+1)
			return err
		})
	}
	return means, g.Wait()
}
