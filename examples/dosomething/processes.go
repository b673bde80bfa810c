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
	victim := f.Number("kill", 0, 0, 64, "kill this process before its first task; 0 is none")
	j, p := jobFlags(f, "processes")
	if *victim > p {
		lockstep.Usage("-kill %d: there are only %d processes", *victim, p)
	}
	begin := time.Now()
	workers := j.startWorkers(p)
	if *victim > 0 {
		workers[*victim-1].Kill() // deal says how it ended
	}
	count, forget := progress(j.tasks)
	answers, err := deal(workers, j.tasks, count)
	forget()
	lockstep.Check(err)
	j.report(parse(answers), fmt.Sprintf("by %d processes", p), begin)
}

func (j job) startWorkers(p int) []*lockstep.Process {
	workers := make([]*lockstep.Process, p)
	for i := range workers {
		var err error
		workers[i], err = lockstep.Start(fmt.Sprintf("process %d", i+1), "worker", j.count, j.seed)
		lockstep.Check(err)
	}
	return workers
}

// deal deals the tasks from 1 to n to the workers like cards: all tasks are alike, so nobody has to
// wait for a slow one. It calls done after each.
func deal(workers []*lockstep.Process, n int, done func()) ([]string, error) {
	answers := make([]string, n) // each goroutine writes elements of its own
	var g errgroup.Group
	for i, w := range workers {
		g.Go(func() error {
			for task := i + 1; task <= n; task += len(workers) {
				answer, err := w.Step(task)
				if err != nil {
					return err
				}
				answers[task-1] = answer
				done()
			}
			return nil
		})
	}
	return answers, g.Wait()
}

func parse(answers []string) []float64 {
	means := make([]float64, len(answers))
	for i, answer := range answers {
		var err error
		means[i], err = strconv.ParseFloat(answer, 64)
		lockstep.Check(err)
	}
	return means
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
	screen := os.Stderr
	info, err := screen.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return func() {}, func() {}
	}
	var done atomic.Int64
	return func() { fmt.Fprintf(screen, "%d of %d tasks\r", done.Add(1), n) },
		func() { fmt.Fprint(screen, "\x1b[K") }
}
