package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

// do makes count random numbers and returns their mean. It looks from time to time whether it should
// go on.
func do(ctx context.Context, random *rand.Rand, count int) (mean float64, err error) {
	sum := 0.0
	for i := range count {
		if i%4096 == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
		sum += random.Float64()
	}
	return sum / float64(count), nil
}

// stream returns a generator of random numbers for one task. The seed and the task's number are
// hashed. It is tempting to add them, as in NewPCG(seed+task, 0). But then the generators are
// not independent: half of their state is always the same, as TestNeighbours shows.
func stream(seed, task int) *rand.Rand {
	h := sha256.Sum256(fmt.Appendf(nil, "seed %d task %d", seed, task))
	return rand.New(rand.NewPCG(binary.LittleEndian.Uint64(h[:]), binary.LittleEndian.Uint64(h[8:])))
}

// A job is the same task many times.
type job struct {
	tasks int // they are numbered from 1
	count int // random numbers in each
	seed  int // all of them follow from it
}

// jobFlags defines the flags of a job, and the one for how many do its tasks at a time. It returns
// them when they have been parsed.
func jobFlags(f *lockstep.Flags, who string) (j job, p int) {
	tasks := f.Number("k", 12, 1, 64, "how many tasks")
	count := f.Number("count", 10_000_000, 1, 100_000_000, "random numbers in each")
	seed := f.Number("seed", 1, 0, 1<<31-1, "what all numbers follow from")
	atATime := f.Number("p", min(runtime.NumCPU(), 64), 1, 64, "how many "+who+" at a time")
	f.Parse()
	return job{*tasks, *count, *seed}, min(*atATime, *tasks)
}

// report prints what the tasks have found and how long that took.
func (j job) report(means []float64, by string, begin time.Time) {
	took := time.Since(begin)
	for i, mean := range means {
		lockstep.Say("task %d: mean %.6f", i+1, mean)
	}
	lockstep.Say("%d × %d numbers %s in %v", j.tasks, j.count, by, took.Round(100*time.Microsecond))
}
