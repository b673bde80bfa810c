package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/errgroup"
)

// runProcesses shares the tasks among p processes. On a terminal it counts them while they are done.
func runProcesses(f *lockstep.Flags) {
	victim := f.Number("kill", 0, 0, 64, "kill this process after its first task; 0 is none")
	given := jobFlags(f)
	p := atATime(f, "processes")
	f.Parse()
	j := given()
	*p = min(*p, j.tasks)
	if *victim > *p {
		lockstep.Usage("-kill %d: there are only %d processes", *victim, *p)
	}
	begin := time.Now()
	means, err := j.inProcesses(context.Background(), *p, *victim)
	lockstep.Check(err)
	j.report(means, fmt.Sprintf("by %d processes", *p), begin)
}

// inProcesses deals the tasks to p processes like cards: all tasks are alike, so nobody has to wait
// for a slow one. The first process that fails ends the others.
func (j job) inProcesses(ctx context.Context, p, victim int) ([]float64, error) {
	means := make([]float64, j.tasks) // each goroutine writes elements of its own
	count, forget := progress(j.tasks)
	defer forget()
	g, ctx := errgroup.WithContext(ctx)
	for first := 1; first <= p; first++ {
		g.Go(func() error {
			w, err := lockstep.StartContext(ctx, fmt.Sprintf("process %d", first), "worker", j.count, j.seed)
			if err != nil {
				return err
			}
			for task := first; task <= j.tasks; task += p {
				answer, err := w.Step(task)
				if err == nil {
					means[task-1], err = strconv.ParseFloat(answer, 64)
				}
				if err != nil {
					return err
				}
				count()
				if first == victim {
					return w.Kill()
				}
			}
			return w.End()
		})
	}
	return means, g.Wait()
}

// worker does the tasks whose numbers it is told.
func worker(args lockstep.Args) {
	for {
		task, err := strconv.Atoi(lockstep.Turn())
		lockstep.Check(err)
		mean, err := do(context.Background(), stream(args.Int(1), task), args.Int(0))
		lockstep.Check(err)
		lockstep.Done("%v", mean)
	}
}

// progress returns a function that counts up to n on standard error, and one that wipes the line
// out. It is for eyes: if standard error is not a terminal, both do nothing.
func progress(n int) (count, forget func()) {
	info, err := os.Stderr.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return func() {}, func() {}
	}
	var done atomic.Int64
	return func() { fmt.Fprintf(os.Stderr, "%d of %d tasks\r", done.Add(1), n) },
		func() { fmt.Fprint(os.Stderr, "\x1b[K") }
}
