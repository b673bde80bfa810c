package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

// sharedVectors makes vectors in memory that other processes can map. The file has no name: when
// the last process that has it is gone, so is the memory.
func sharedVectors(n int) (vectors, *os.File) {
	f, err := lockstep.Unnamed(0)
	lockstep.Check(err)
	_, err = f.Write(make([]byte, 3*4*n)) // takes the room now: a store could not report that there is none
	lockstep.Check(err)
	memory, err := mapFile(f)
	lockstep.Check(err)
	return newVectors(numbersOf(memory)), f
}

// did counts what this program has had done. Unlike time it is the same on every machine.
var did struct{ started, requests, sums, sent atomic.Int64 }

// startWorkers starts processes that wait for requests.
func startWorkers(p int, memory *os.File, job string) []*lockstep.Process {
	workers := make([]*lockstep.Process, p)
	for i := range workers {
		var err error
		workers[i], err = lockstep.Start(fmt.Sprintf("process %d", i+1), "worker", memory, job)
		lockstep.Check(err)
		did.started.Add(1)
	}
	return workers
}

// worker does its job on the parts that it is asked for. The vectors are in shared memory, so a
// request is two numbers: where the part begins and where it ends.
func worker(args lockstep.Args) {
	memory, err := mapFile(args.File(0))
	lockstep.Check(err)
	v := asVectors(numbersOf(memory))
	for {
		var lo, hi int
		_, err := fmt.Sscan(lockstep.Turn(), &lo, &hi)
		lockstep.Check(err)
		v.do(args[1], lo, hi)
		lockstep.Done("%d", hi-lo)
	}
}

// askAll lets each worker do its part of n numbers, all at the same time.
func askAll(workers []*lockstep.Process, n int) error {
	for i, w := range workers {
		w.Allow(part(i, len(workers), n))
	}
	for _, w := range workers {
		if err := finished(w.Answer()); err != nil {
			return err
		}
	}
	return nil
}

// finished counts an answer.
func finished(answer string, err error) error {
	var sums int64
	if err == nil {
		_, err = fmt.Sscan(answer, &sums)
	}
	did.requests.Add(1)
	did.sums.Add(sums)
	did.sent.Add(3) // from where, to where, and how many have been done
	return err
}

// runWarm keeps the processes for several rounds.
func runWarm(f *lockstep.Flags) {
	job, n, p := jobFlags(f)
	rounds := f.Number("rounds", 3, 1, 100, "how many times to do the job")
	doomed := f.Number("kill", 0, 0, 64, "kill this process between two rounds; 0 is none")
	f.Parse()
	if *doomed > *p {
		lockstep.Usage("-kill %d: there are only %d processes", *doomed, *p)
	}
	v, memory := sharedVectors(*n)
	workers := startWorkers(*p, memory, *job)
	timeWork(workers, *n, *rounds)
	if *doomed > 0 {
		workers[*doomed-1].Kill() // the next round says how it ended
		timeWork(workers, *n, 1)
	}
	lockstep.Check(lockstep.EndAll(workers...))
	lockstep.Say("%d results, checksum %s", *n, v.checksum())
}

// timeWork times what processes do that are running already.
func timeWork(workers []*lockstep.Process, n, rounds int) {
	lockstep.Check(askAll(workers, n)) // a round to warm up, which isn't timed
	for range rounds {
		timed(func() {
			lockstep.Check(askAll(workers, n))
		})
	}
}

// timed says how long f took, and what was done in that time.
func timed(f func()) {
	started, requests, sums := did.started.Load(), did.requests.Load(), did.sums.Load()
	begin := time.Now()
	f()
	took := time.Since(begin).Round(time.Microsecond)
	lockstep.Say("processes started: %d, requests: %d, results: %d, in %v",
		did.started.Load()-started, did.requests.Load()-requests, did.sums.Load()-sums, took)
}
