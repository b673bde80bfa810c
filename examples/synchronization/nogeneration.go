package main

import (
	"sync/atomic"

	"example.com/lockstep/examples/hello/lockstep"
)

// A count is what the processes share.
type count struct{ arrived, generation atomic.Int64 }

// runNoGeneration has two processes meet at a barrier again and again. Whenever one has to wait, it
// waits for its turn before it looks again.
func runNoGeneration(f *lockstep.Flags) {
	fixed := f.Bool("fixed", false, "wait for a new generation, not for the counter")
	schedule := f.Schedule("schedule", "ABBAAB", "AAABBB", "who takes the next step")
	f.Parse()
	file, _ := share[count]()
	processes := map[rune]*lockstep.Process{}
	for _, name := range "AB" {
		p, err := lockstep.Start(string(name), "counted", file, *fixed)
		lockstep.Check(err)
		processes[name] = p
	}
	for _, name := range *schedule {
		_, err := processes[name].Step()
		lockstep.Check(err)
	}
	lockstep.Check(lockstep.EndAll(processes['A'], processes['B']))
}

func counted(args lockstep.Args) {
	c, fixed := mapped[count](args.File(0)), args[1] == "true"
	for round := 1; ; round++ {
		lockstep.Turn()
		says := "arrives in round %d, and has to wait"
		pause := func() {
			lockstep.Say(says, round)
			lockstep.Done("")
			lockstep.Turn()
			says = "still waits in round %d"
		}
		if fixed {
			waitForGeneration(2, &c.arrived, &c.generation, pause)
		} else {
			waitForCounter(2, &c.arrived, pause)
		}
		lockstep.Say("leaves round %d", round)
		lockstep.Done("")
	}
}

// waitForCounter waits at a barrier until n processes have arrived.
func waitForCounter(n int64, arrived *atomic.Int64, pause func()) {
	if arrived.Add(1) == n {
		arrived.Store(0) // the last one lets all go on
		return
	}
	for arrived.Load() != 0 { // NOTE: incorrect: somebody may have arrived for the next round
		pause()
	}
}

// waitForGeneration waits at a barrier until n processes have arrived.
func waitForGeneration(n int64, arrived, generation *atomic.Int64, pause func()) {
	mine := generation.Load()
	if arrived.Add(1) == n {
		arrived.Store(0)
		generation.Add(1) // the last one lets all go on
		return
	}
	for generation.Load() == mine {
		pause()
	}
}
