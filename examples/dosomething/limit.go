package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// runLimit starts a process for each task, and has at most m of them alive at a time.
func runLimit(args []string) error {
	fs := newFlags("limit")
	given := jobFlags(fs, 12, 10_000_000)
	m := workersFlag(fs, "m", "how many processes at most are alive at a time")
	meet := fs.Bool("meet", false, "hold the first m processes until all of them are alive")
	if err := parse(fs, args); err != nil {
		return err
	}
	j, begin := given(), time.Now()
	var held *gate
	if *meet {
		n := min(*m, j.tasks)
		held = newGate(n, func() { say("%d processes are alive, none has a task yet", n) })
	}
	var alive census
	means, err := j.oneEach(context.Background(), *m, held, &alive)
	if err != nil {
		return err
	}
	j.report(means, fmt.Sprintf("by %d processes", alive.started), begin)
	say("most alive at a time: %d", alive.most)
	return nil
}

// oneEach starts a process for each task, at most m at a time. Go blocks while m are at work; the
// first error cancels ctx, which ends these, and no other is started.
func (j job) oneEach(ctx context.Context, m int, held *gate, alive *census) ([]float64, error) {
	seen := newProgress(j.tasks)
	defer seen.clear()
	means := make([]float64, j.tasks)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(m)
	for i := range means {
		g.Go(func() error {
			defer alive.leave()
			alive.enter()
			w, err := startWorker(ctx, j, "task-child")
			if err != nil {
				return fmt.Errorf("start task %d: %w", i+1, err)
			}
			if held != nil && i < m {
				err = held.wait(ctx)
			}
			if err == nil {
				means[i], err = w.ask(i + 1)
			}
			if err = w.end(err); err != nil {
				return fmt.Errorf("task %d: %w", i+1, err)
			}
			seen.step()
			return nil
		})
	}
	return means, g.Wait()
}

// A census counts processes, each from before its start until after its end: so it may count one
// too many, but never one too few.
type census struct {
	mu                 sync.Mutex // guards the rest
	now, most, started int
}

func (c *census) enter() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now++
	c.started++
	c.most = max(c.most, c.now)
}

func (c *census) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now--
}
