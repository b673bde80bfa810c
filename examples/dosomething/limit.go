package main

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/errgroup"
)

// runLimit starts a process for each task, and has at most p of them alive at a time.
func runLimit(f *lockstep.Flags) {
	given := jobFlags(f)
	p := atATime(f, "processes")
	f.Parse()
	j, begin := given(), time.Now()
	means, most, err := j.oneEach(context.Background(), *p)
	lockstep.Check(err)
	j.report(means, fmt.Sprintf("by %d processes", j.tasks), begin)
	lockstep.Say("most alive at a time: %d", most)
}

// oneEach starts a process for each task, at most p at a time: Go waits while p are at work. The
// first error cancels the context, which kills those at work, and no other is started. The first p
// processes wait for each other, so that p have really been alive at the same time.
func (j job) oneEach(ctx context.Context, p int) (means []float64, most int, err error) {
	means = make([]float64, j.tasks)
	p = min(p, j.tasks)
	var alive census
	var met sync.WaitGroup
	met.Add(p)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(p)
	for i := range means {
		g.Go(func() error {
			alive.add(1)
			defer alive.add(-1)
			w, err := lockstep.StartContext(ctx, fmt.Sprintf("task %d", i+1), "worker", j.count, j.seed)
			if i < p {
				met.Done()
				met.Wait()
			}
			if err != nil {
				return err
			}
			answer, err := w.Step(i + 1)
			if err == nil {
				means[i], err = strconv.ParseFloat(answer, 64)
			}
			if err != nil {
				return err
			}
			return w.End()
		})
	}
	return means, alive.most, g.Wait()
}

// A census counts processes, each from before its start until after its end: so it may count one
// too many, but never one too few.
type census struct {
	mu        sync.Mutex // guards the rest
	now, most int
}

func (c *census) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now += n
	c.most = max(c.most, c.now)
}
