//go:build unix

package main

import (
	"sync/atomic"

	"example.com/lockstep/examples/hello/lockstep"
)

// runLostcount lets two processes add 1 to a counter, a load and a store each, in the order of a
// schedule.
func runLostcount(f *lockstep.Flags) {
	schedule := f.Schedule("schedule", "ABAB", "AABB", "who takes the next step: each loads, and then stores")
	f.Parse()
	file, counter := share[atomic.Uint64]()
	a, err := lockstep.Start("process A", "incrementer", file)
	lockstep.Check(err)
	b, err := lockstep.Start("process B", "incrementer", file)
	lockstep.Check(err)
	for _, letter := range *schedule {
		step(map[rune]*lockstep.Process{'A': a, 'B': b}[letter])
	}
	lockstep.Check(lockstep.WaitAll(a, b))
	lockstep.Say("two processes added 1 each: the counter is %d", counter.Load())
}

func incrementer(args lockstep.Args) {
	increment(turns{"the counter", mapped[atomic.Uint64](args.File(0))})
}

// increment adds 1 to a number as counter++ does it.
func increment(counter interface {
	Load() uint64
	Store(uint64)
}) {
	seen := counter.Load()
	counter.Store(seen + 1) // NOTE: incorrect: the counter may not be what we have seen any more
}
