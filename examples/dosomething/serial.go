package main

import (
	"context"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

// runSerial does the tasks one after another.
func runSerial(f *lockstep.Flags) {
	given := jobFlags(f)
	f.Parse()
	j, begin := given(), time.Now()
	means, err := j.serially(context.Background())
	lockstep.Check(err)
	j.report(means, "in turn", begin)
}

func (j job) serially(ctx context.Context) (means []float64, err error) {
	means = make([]float64, j.tasks)
	for i := range means {
		if means[i], err = do(ctx, stream(j.seed, i+1), j.count); err != nil {
			return nil, err
		}
	}
	return means, nil
}
