package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"
)

// A job is the same task many times: to make random numbers.
type job struct {
	tasks int // they are numbered from 1
	count int // random numbers in each
	seed  int // all of them follow from it
}

const block = 4096 // numbers made between two looks at whether to go on

// do makes the numbers of a task and returns their mean, the same wherever it is done. The numbers
// themselves are not kept: a task may have more of them than fit into memory.
func (j job) do(ctx context.Context, task int) (mean float64, err error) {
	random := stream(j.seed, task)
	sum := 0.0
	for left := j.count; left > 0; left -= block {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		for range min(left, block) {
			sum += random.Float64()
		}
	}
	return sum / float64(j.count), nil
}

// stream returns a task's own generator. The seed and the task's number are hashed. It is tempting
// to add them, as in NewPCG(seed+task, 0): the states of two such generators have half their bits
// in common, for ever.
func stream(seed, task int) *rand.Rand {
	h := sha256.Sum256(fmt.Appendf(nil, "seed %d task %d", seed, task))
	return rand.New(rand.NewPCG(binary.LittleEndian.Uint64(h[:]), binary.LittleEndian.Uint64(h[8:])))
}

const maxWorkers = 64 // processes, or goroutines, at a time

// jobFlags defines the flags of a job. What it returns gives the job, once they have been parsed.
func jobFlags(fs *flag.FlagSet, tasks, count int) func() job {
	return limitedFlags(fs, tasks, 10_000, count, 1_000_000_000)
}

// listFlags does so for a job whose numbers are kept: all of them have to fit into memory.
func listFlags(fs *flag.FlagSet) func() job { return limitedFlags(fs, 3, 64, 5, 1_000_000) }

func limitedFlags(fs *flag.FlagSet, tasks, maxTasks, count, maxCount int) func() job {
	k := intFlag(fs, "k", tasks, 1, maxTasks, "how many tasks")
	n := intFlag(fs, "count", count, 1, maxCount, "random numbers in each")
	seed := intFlag(fs, "seed", 1, 0, 1<<31-1, "what all numbers follow from")
	return func() job { return job{*k, *n, *seed} }
}

// workersFlag defines the flag for how many do the tasks at a time.
func workersFlag(fs *flag.FlagSet, name, usage string) *int {
	return intFlag(fs, name, min(runtime.NumCPU(), maxWorkers), 1, maxWorkers, usage)
}

// report prints what the tasks have found and how long that took.
func (j job) report(means []float64, by string, begin time.Time) {
	took := time.Since(begin)
	for i, mean := range means {
		say("task %d: mean %.6f", i+1, mean)
	}
	say("%d × %d numbers %s in %v", j.tasks, j.count, by, took.Round(100*time.Microsecond))
}
