package main

import (
	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/mpi/mpi"
)

// runPingpong sends a counter back and forth between ranks 0 and 1.
func runPingpong(f *lockstep.Flags) {
	rounds := f.Number("rounds", 3, 1, 1_000_000, "how often the ball comes back")
	f.Parse()
	ranks(2, func(world *mpi.Comm) {
		me, ball := world.Rank(), []int{0}
		if me > 1 {
			return
		}
		for range *rounds {
			if me == 0 {
				lockstep.Check(mpi.Send(world, ball, 1, 0))
			}
			_, err := mpi.Recv(world, ball, 1-me, 0)
			lockstep.Check(err)
			ball[0]++
			if me == 1 {
				lockstep.Check(mpi.Send(world, ball, 0, 0))
			}
		}
		lockstep.Say("[rank %d] of %d hit the ball %d times; the count is %d", me, world.Size(), *rounds, ball[0])
	})
}
