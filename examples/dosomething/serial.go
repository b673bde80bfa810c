package main

import (
	"context"
	"time"
)

// runSerial does the tasks one after another.
func runSerial(args []string) error {
	fs := newFlags("serial")
	given := jobFlags(fs, 12, 10_000_000)
	if err := parse(fs, args); err != nil {
		return err
	}
	j, begin := given(), time.Now()
	means, err := j.serially(context.Background())
	if err != nil {
		return err
	}
	j.report(means, "in turn", begin)
	return nil
}

func (j job) serially(ctx context.Context) ([]float64, error) {
	seen := newProgress(j.tasks)
	defer seen.clear()
	means := make([]float64, j.tasks)
	for i := range means {
		var err error
		if means[i], err = j.do(ctx, i+1); err != nil {
			return nil, err
		}
		seen.step()
	}
	return means, nil
}
