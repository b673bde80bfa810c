package main

import (
	"os"

	"example.com/lockstep/examples/hello/lockstep"
)

// runTimedStart measures the job, or believes it does.
func runTimedStart(f *lockstep.Flags) {
	job, n, p := jobFlags(f)
	rounds := f.Number("rounds", 3, 1, 20, "how many times to do the job")
	f.Parse()
	_, memory := sharedVectors(*n)
	timeStartAndWork(memory, *job, *n, *p, *rounds)
}

// timeStartAndWork times processes from before their start.
func timeStartAndWork(memory *os.File, job string, n, p, rounds int) {
	for range rounds {
		var workers []*lockstep.Process
		timed(func() {
			workers = startWorkers(p, memory, job) // NOTE: incorrect: starting takes longer than the job
			lockstep.Check(askAll(workers, n))
		})
		lockstep.Check(lockstep.EndAll(workers...))
	}
}
