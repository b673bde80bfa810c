package main

import (
	"fmt"
	"math/rand/v2"

	"example.com/lockstep/examples/hello/lockstep"
)

// runSameSeed gives every process the same seed, and nothing to tell it from the others.
func runSameSeed(f *lockstep.Flags) { showStreams(f, "sameseed") }

// runStreams gives every task a stream of its own: it depends on the seed and the task's number,
// not on the process that does the task, nor on when.
func runStreams(f *lockstep.Flags) { showStreams(f, "streams") }

// showStreams prints the first numbers of each task, and how many different streams these are.
func showStreams(f *lockstep.Flags, how string) {
	k := f.Number("k", 3, 1, 64, "how many tasks, and processes")
	seed := f.Number("seed", 1, 0, 1<<31-1, "what all numbers follow from")
	f.Parse()
	different := map[string]bool{}
	for task := 1; task <= *k; task++ {
		p, err := lockstep.Start(fmt.Sprintf("task %d", task), "starter", how, *seed, task)
		lockstep.Check(err)
		line, err := p.Step()
		lockstep.Check(err)
		lockstep.Say("[task %d] %s", task, line)
		different[line] = true
	}
	lockstep.Say("tasks: %d, streams: %d", *k, len(different))
}

func starter(args lockstep.Args) {
	random := sameForAll(args.Int(1))
	if args[0] == "streams" {
		random = stream(args.Int(1), args.Int(2))
	}
	lockstep.Turn()
	lockstep.Done("%.6f %.6f %.6f %.6f", random.Float64(), random.Float64(), random.Float64(), random.Float64())
}

// sameForAll returns a generator of random numbers that follow from the seed.
func sameForAll(seed int) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(seed), 0)) // NOTE: incorrect: the same numbers in every process
}
