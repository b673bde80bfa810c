package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

// runTimeLimit gives each task the same time. One that has no result by then is ended, and the
// others keep theirs.
func runTimeLimit(args []string) error {
	fs := newFlags("timelimit")
	given := jobFlags(fs, 4, 1_000_000)
	m := workersFlag(fs, "m", "how many processes at most are alive at a time")
	hanging := intFlag(fs, "hang", 0, 0, 10_000, "the task that never answers; 0 is none")
	limit := fs.Duration("limit", time.Second, "the time a task has, from 1ms to 1h")
	if err := parse(fs, args); err != nil {
		return err
	}
	j := given()
	if *hanging > j.tasks {
		return usagef("-hang %d: there are only %d tasks", *hanging, j.tasks)
	}
	if *limit < time.Millisecond || *limit > time.Hour {
		return usagef("-limit %v: want 1ms to 1h", *limit)
	}
	late := fmt.Errorf("no result within %v", *limit)
	means, errs := j.eachInTime(*m, *hanging, func(int) (context.Context, context.CancelFunc) {
		return context.WithTimeoutCause(context.Background(), *limit, late)
	})
	for i, mean := range means {
		if errs[i] == nil {
			say("task %d: mean %.6f", i+1, mean)
		}
	}
	return errors.Join(errs...)
}

// A clock gives a task its time: when it is up, the context is done.
type clock func(task int) (context.Context, context.CancelFunc)

// eachInTime starts a process for each task, m at a time, which is killed when the task's context
// is done. All get their turn, whatever becomes of the others.
func (j job) eachInTime(m, hanging int, start clock) ([]float64, []error) {
	means, errs := make([]float64, j.tasks), make([]error, j.tasks)
	var g errgroup.Group
	g.SetLimit(m)
	for i := range means {
		g.Go(func() error {
			ctx, cancel := start(i + 1) // starting a process takes time, too
			defer cancel()
			if means[i], errs[i] = j.once(ctx, i+1, i+1 == hanging); errs[i] != nil {
				errs[i] = fmt.Errorf("task %d: %w", i+1, errs[i])
			}
			return nil
		})
	}
	g.Wait()
	return means, errs
}

// once does a task in a process of its own.
func (j job) once(ctx context.Context, task int, hangs bool) (mean float64, err error) {
	fault := ""
	if hangs {
		fault = "hang"
	}
	w, err := startWorker(ctx, j, "task-child", fault)
	if err != nil {
		return 0, err
	}
	mean, err = w.ask(task)
	if err = w.end(err); err != nil && ctx.Err() != nil {
		err = context.Cause(ctx) // why it was killed says more than that it was
	}
	return mean, err
}
