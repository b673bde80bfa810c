//go:build unix

package main

import (
	"fmt"
	"sync/atomic"
	"unsafe"

	"example.com/lockstep/examples/hello/lockstep"
)

// runCount lets n processes count at full speed. The atomic addition is one step for all
// processors, and the mapping makes it one counter for all processes.
func runCount(f *lockstep.Flags) {
	n := f.Number("n", 2, 1, 64, "how many processes")
	times := f.Number("times", 100_000, 1, 10_000_000, "how often each adds 1")
	plain := f.Bool("plain", false, "count with ++, which is not atomic")
	f.Parse()
	file, counter := share[atomic.Uint64]()
	processes := make([]*lockstep.Process, *n)
	for i := range processes {
		var err error
		processes[i], err = lockstep.Start(fmt.Sprintf("process %d", i+1), "adder", file, *times, *plain)
		lockstep.Check(err)
	}
	for _, p := range processes { // all are there
		p.Allow()
	}
	lockstep.Check(lockstep.WaitAll(processes...))
	want, got := uint64(*n)*uint64(*times), counter.Load()
	lockstep.Say("%d processes added 1 %d times: the counter is %d, %d lost", *n, *times, got, want-got)
}

func adder(args lockstep.Args) {
	counter := mapped[atomic.Uint64](args.File(0))
	lockstep.Turn()
	if args[2] == "true" {
		countPlain((*uint64)(unsafe.Pointer(counter)), args.Int(1))
	} else {
		countAtomic(counter, args.Int(1))
	}
}

// countPlain adds 1 to a number so many times.
func countPlain(counter *uint64, times int) {
	for range times {
		*counter++ // NOTE: incorrect: another process may store in between
	}
}

// countAtomic adds 1 to a number so many times.
func countAtomic(counter *atomic.Uint64, times int) {
	for range times {
		counter.Add(1)
	}
}
