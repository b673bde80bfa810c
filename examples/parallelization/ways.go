package main

import (
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
)

// A way does a job on n numbers by p workers. What it does before is not counted.
type way struct {
	name   string
	before func(job string, n, p int) (v vectors, do func())
}

var ways = []way{
	{"serial", serially},
	{"goroutines", byGoroutines},
	{"pipes", throughPipes},
	{"fresh", byFreshProcesses},
	{"warm", byWarmProcesses},
}

// runWays says for each way what it takes to get the same result.
func runWays(f *lockstep.Flags) {
	job, n, p := jobFlags(f)
	f.Parse()
	lockstep.Say("%-11s %9s %9s %13s  checksum of", "", "processes", "", "numbers")
	lockstep.Say("%-11s %9s %9s %13s  %d results", "way", "started", "requests", "through pipes", *n)
	for _, w := range ways {
		v, do := w.before(*job, *n, *p)
		started, requests, sent := did.started.Load(), did.requests.Load(), did.sent.Load()
		do()
		lockstep.Say("%-11s %9d %9d %13d  %s", w.name,
			did.started.Load()-started, did.requests.Load()-requests, did.sent.Load()-sent, v.checksum())
	}
}

func serially(job string, n, _ int) (vectors, func()) {
	v := newVectors(make([]float32, 3*n))
	return v, func() { v.do(job, 0, n) }
}

func byGoroutines(job string, n, p int) (vectors, func()) {
	v := newVectors(make([]float32, 3*n))
	return v, func() { v.divide(job, p) }
}

// divide gives each of p goroutines a part of the same memory. Nothing is sent, and nothing is
// locked: no two of them touch the same number.
func (v vectors) divide(job string, p int) {
	var all sync.WaitGroup
	for i := range p {
		lo, hi := part(i, p, len(v.sum))
		all.Go(func() { v.do(job, lo, hi) })
	}
	all.Wait()
}

func byFreshProcesses(job string, n, p int) (vectors, func()) {
	v, memory := sharedVectors(n)
	return v, func() {
		workers := startWorkers(p, memory, job)
		lockstep.Check(askAll(workers, n))
		lockstep.Check(lockstep.EndAll(workers...))
	}
}

func byWarmProcesses(job string, n, p int) (vectors, func()) {
	v, memory := sharedVectors(n)
	workers := startWorkers(p, memory, job)
	lockstep.Check(askAll(workers, n)) // the first time, the kernel still hands out memory
	clear(v.sum)
	return v, func() { lockstep.Check(askAll(workers, n)) }
}
