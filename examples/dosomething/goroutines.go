package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

// runGoroutines does the tasks in goroutines, p at a time.
func runGoroutines(args []string) error {
	fs := newFlags("goroutines")
	given := jobFlags(fs, 12, 10_000_000)
	p := workersFlag(fs, "p", "how many goroutines at a time")
	if err := parse(fs, args); err != nil {
		return err
	}
	j, begin := given(), time.Now()
	*p = min(*p, j.tasks)
	means, err := j.inGoroutines(context.Background(), *p)
	if err != nil {
		return err
	}
	j.report(means, fmt.Sprintf("by %d goroutines", *p), begin)
	return nil
}

func (j job) inGoroutines(ctx context.Context, p int) ([]float64, error) {
	seen := newProgress(j.tasks)
	defer seen.clear()
	means := make([]float64, j.tasks) // each goroutine writes its own element only
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(p)
	for i := range means {
		g.Go(func() (err error) {
			if means[i], err = j.do(ctx, i+1); err == nil {
				seen.step()
			}
			return err
		})
	}
	return means, g.Wait()
}
