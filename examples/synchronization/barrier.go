package main

import (
	"context"
	"fmt"
	"sync/atomic"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/synchronization/psync"
)

// A meeting is what the processes share.
type meeting struct {
	barrier  [psync.BarrierSize]byte
	arrivals atomic.Int64
}

// runBarrier has n processes meet at a barrier, round after round, with no parent in between.
func runBarrier(f *lockstep.Flags) {
	n := f.Number("n", 3, 1, 32, "how many processes")
	rounds := f.Number("rounds", 2, 1, 1000, "how often they meet")
	victim := f.Number("kill", 0, 0, 32, "kill this process before it arrives; 0 is none")
	f.Parse()
	if *victim > *n {
		lockstep.Usage("-kill %d: there are only %d processes", *victim, *n)
	}
	file, _ := share[meeting]()
	parties := startAll(*n, "process", "party", file, *n, *rounds)
	stepAll(parties) // all have joined
	for i, p := range parties {
		if i+1 == *victim {
			p.Kill() // waitAll says how it ended
		} else {
			p.Allow()
		}
	}
	lockstep.Check(waitAll(parties...))
}

func party(args lockstep.Args) {
	m, n, rounds := mapped[meeting](args.File(0)), args.Int(1), args.Int(2)
	lockstep.Turn()
	b, err := psync.OpenBarrier(m.barrier[:], n)
	lockstep.Check(err)
	lockstep.Done("joined")
	lockstep.Turn()
	for r := 1; r <= rounds; r++ {
		lockstep.Say("arrives in round %d", r)
		m.arrivals.Add(1)
		lockstep.Check(b.Wait(context.Background()))
		if a := m.arrivals.Load(); a < int64(n*r) {
			lockstep.Check(fmt.Errorf("leaves round %d after %d arrivals of %d", r, a, n*r))
		}
		lockstep.Say("leaves round %d", r)
	}
}
