package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

// runTimeLimit gives each task the same time. One that has no result by then is killed.
func runTimeLimit(f *lockstep.Flags) {
	k := f.Number("k", 3, 1, 64, "how many tasks")
	hanging := f.Number("hang", 0, 0, 64, "the task that never answers; 0 is none")
	limit := f.Time("limit", time.Minute, time.Millisecond, time.Hour, "the time a task has")
	f.Parse()
	if *hanging > *k {
		lockstep.Usage("-hang %d: there are only %d tasks", *hanging, *k)
	}
	for task := 1; task <= *k; task++ {
		mean, err := inTime(*limit, task, task == *hanging)
		lockstep.Check(err)
		lockstep.Say("task %d: mean %.6f", task, mean)
	}
}

// inTime does a task in a process of its own, and kills the process when the time is up.
func inTime(limit time.Duration, task int, hangs bool) (mean float64, err error) {
	late := fmt.Errorf("task %d: no result within %v", task, limit)
	ctx, cancel := context.WithTimeoutCause(context.Background(), limit, late)
	defer cancel()
	w, err := lockstep.StartContext(ctx, fmt.Sprintf("task %d", task), "slow", hangs)
	if err != nil {
		return 0, err
	}
	answer, err := w.Step(task)
	if ctx.Err() != nil {
		return 0, context.Cause(ctx) // the reason for the kill says more than "signal: killed"
	}
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(answer, 64)
}

func slow(args lockstep.Args) {
	task, err := strconv.Atoi(lockstep.Turn())
	lockstep.Check(err)
	if args[0] == "true" {
		select {} // for ever
	}
	mean, err := do(context.Background(), stream(1, task), 100_000)
	lockstep.Check(err)
	lockstep.Done("%v", mean)
}
