package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
)

// runSameSeed gives every process the same seed, and nothing to tell it from the others.
func runSameSeed(args []string) error { return showStreams("sameseed", "sameseed-child", args) }

func sameSeedChild(args []string) error {
	return streamsOf(args, func(seed, task int) *rand.Rand {
		return rand.New(rand.NewPCG(uint64(seed), 0)) // NOTE: incorrect: the same for every task
	})
}

// showStreams prints the first numbers of each task, and how many different streams these are.
func showStreams(name, role string, args []string) error {
	fs := newFlags(name)
	k := intFlag(fs, "k", 3, 1, maxWorkers, "how many tasks, and processes")
	seed := intFlag(fs, "seed", 1, 0, 1<<31-1, "what all numbers follow from")
	if err := parse(fs, args); err != nil {
		return err
	}
	j := job{tasks: *k, count: 4, seed: *seed}
	lines := make([]string, j.tasks) // each goroutine writes its own element only
	err := j.share(context.Background(), j.tasks, role, nil, func(w *worker, task int) (err error) {
		lines[task-1], err = w.askLine(task)
		return err
	})
	if err != nil {
		return err
	}
	different := map[string]bool{}
	for i, line := range lines {
		say("[task %d] %s", i+1, line)
		different[line] = true
	}
	say("tasks: %d, streams: %d", len(lines), len(different))
	return nil
}

// streamsOf answers each task with a line of its first numbers.
func streamsOf(args []string, source func(seed, task int) *rand.Rand) error {
	j, err := childJob(args)
	if err != nil {
		return err
	}
	for task := range numbers(os.Stdin) {
		random := source(j.seed, task)
		line := ""
		for range j.count {
			line += fmt.Sprintf(" %.6f", random.Float64())
		}
		say("%s", line[1:])
	}
	return nil
}
