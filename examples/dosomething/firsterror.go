package main

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"
)

// runFirstError lets one task fail while m-1 others are at work and the rest are waiting for a
// place. Those at work never end by themselves here: if nobody ended them, neither would this.
func runFirstError(args []string) error {
	fs := newFlags("firsterror")
	k := intFlag(fs, "k", 6, 1, 10_000, "how many tasks")
	m := intFlag(fs, "m", 3, 1, maxWorkers, "how many processes at most are alive at a time")
	failing := intFlag(fs, "fail", 2, 1, maxWorkers, "the task that fails, one of the first m")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *failing > min(*m, *k) {
		return usagef("-fail %d: want one of the first %d tasks", *failing, min(*m, *k))
	}
	fates := make([]string, *k) // each goroutine writes its own element only
	begun := newGate(min(*m, *k), func() { say("%d tasks have a process", min(*m, *k)) })
	g, ctx := errgroup.WithContext(context.Background())
	g.SetLimit(*m)
	for i := range fates {
		g.Go(func() (err error) {
			fates[i], err = oneFate(ctx, i+1, i+1 == *failing, begun)
			return err
		})
	}
	err := g.Wait() // the first error; those that follow from it are not kept
	for i, fate := range fates {
		say("task %d: %s", i+1, fate)
	}
	return err
}

// oneFate does a task in a process of its own and says what became of it.
func oneFate(ctx context.Context, task int, fails bool, begun *gate) (fate string, err error) {
	fault := "hang"
	if fails {
		fault = "fail"
	}
	w, err := startWorker(ctx, job{count: 1}, "task-child", fault)
	switch {
	case ctx.Err() != nil && w == nil:
		return "not started", nil
	case err != nil:
		return "could not start", fmt.Errorf("start task %d: %w", task, err)
	}
	if err = begun.wait(ctx); err == nil {
		_, err = w.ask(task)
	}
	err = w.end(err)
	switch {
	case err == nil:
		return "done", nil
	case ctx.Err() != nil:
		return fmt.Sprintf("at work, ended: %v", err), err
	}
	return fmt.Sprintf("failed: %v", err), fmt.Errorf("task %d: %w", task, err)
}
