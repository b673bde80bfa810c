package main

import (
	"fmt"
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/errgroup"
)

// runLimit starts a process for each task, and has at most p of them alive at a time: Go waits while p
// are at work. The first p processes wait for each other, so that p have really been alive at once.
func runLimit(f *lockstep.Flags) {
	k := f.Number("k", 6, 1, 200, "how many tasks")
	p := f.Number("p", 2, 1, 64, "how many processes at a time")
	f.Parse()
	var met sync.WaitGroup
	met.Add(min(*p, *k))
	var alive census
	var g errgroup.Group
	g.SetLimit(*p)
	for task := 1; task <= *k; task++ {
		g.Go(func() error {
			alive.add(1)
			defer alive.add(-1)
			w, err := lockstep.Start(fmt.Sprintf("task %d", task), "worker", 1000, 1)
			lockstep.Check(err)
			if task <= *p {
				met.Done()
				met.Wait()
			}
			if _, err := w.Step(task); err != nil {
				return err
			}
			return w.End()
		})
	}
	lockstep.Check(g.Wait())
	lockstep.Say("%d tasks done, at most %d processes alive at a time", *k, alive.most)
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
