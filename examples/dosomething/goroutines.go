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
	given := jobFlags(f)
	p := atATime(f, "goroutines")
	f.Parse()
	j, begin := given(), time.Now()
	means, err := j.inGoroutines(context.Background(), *p)
	lockstep.Check(err)
	j.report(means, fmt.Sprintf("by %d goroutines", min(*p, j.tasks)), begin)
}

func (j job) inGoroutines(ctx context.Context, p int) ([]float64, error) {
	means := make([]float64, j.tasks) // each goroutine writes its own element only
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(p)
	for i := range means {
		g.Go(func() (err error) {
			means[i], err = do(ctx, stream(j.seed, i+1), j.count)
			return err
		})
	}
	return means, g.Wait()
}
