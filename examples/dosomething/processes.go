package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

// runProcesses shares the tasks among p processes.
func runProcesses(args []string) error {
	fs := newFlags("processes")
	given := jobFlags(fs, 12, 10_000_000)
	p := workersFlag(fs, "p", "how many processes")
	halt := fs.Bool("halt", false, "hold each process after its first task, until Enter")
	if err := parse(fs, args); err != nil {
		return err
	}
	j, begin := given(), time.Now()
	*p = min(*p, j.tasks)
	var held *gate
	if *halt {
		held = newGate(*p, awaitEnter)
	}
	means, err := j.inProcesses(context.Background(), *p, held)
	if err != nil {
		return err
	}
	j.report(means, fmt.Sprintf("by %d processes", *p), begin)
	return nil
}

func (j job) inProcesses(ctx context.Context, p int, held *gate) ([]float64, error) {
	seen := newProgress(j.tasks)
	defer seen.clear()
	means := make([]float64, j.tasks) // each goroutine writes elements of its own
	return means, j.share(ctx, p, "task-child", held, func(w *worker, task int) error {
		mean, err := w.ask(task)
		if err == nil {
			means[task-1] = mean
			seen.step()
		}
		return err
	})
}

// An errand has a worker do a task.
type errand func(w *worker, task int) error

// share starts p processes and deals them the tasks like cards: all tasks are alike, so nobody has
// to wait for a slow one. The first process that fails ends the others. A gate, if there is one,
// holds each process after its first task.
func (j job) share(ctx context.Context, p int, role string, held *gate, do errand) error {
	g, ctx := errgroup.WithContext(ctx)
	for first := 1; first <= p; first++ {
		g.Go(func() error {
			w, err := startWorker(ctx, j, role)
			if err != nil {
				return fmt.Errorf("start process %d: %w", first, err)
			}
			for task := first; task <= j.tasks && err == nil; task += p {
				err = do(w, task)
				if err == nil && task == first && held != nil {
					say("[process %d] pid %d has done task %d", first, w.cmd.Process.Pid, task)
					err = held.wait(ctx)
				}
			}
			if err = w.end(err); err != nil {
				return fmt.Errorf("process %d: %w", first, err)
			}
			return nil
		})
	}
	return g.Wait()
}
