package main

import (
	"math"
	"math/rand/v2"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/mpi/mpi"
)

// runPi throws darts at a square and counts those inside the circle, on every rank its own.
func runPi(f *lockstep.Flags) {
	samples := f.Number("samples", 1_000_000, 1, 1_000_000_000, "darts of all ranks together")
	seed := f.Number("seed", 1, 0, math.MaxInt32, "where the random numbers begin")
	f.Parse()
	ranks(1, func(world *mpi.Comm) {
		mine := part(*samples, world.Rank(), world.Size())
		inside := []int{darts(uint64(*seed), world.Rank(), mine)}
		lockstep.Say("[rank %d] of %d: %d of %d inside", world.Rank(), world.Size(), inside[0], mine)
		lockstep.Check(mpi.Reduce(world, inside, inside, mpi.Sum, 0))
		if world.Rank() == 0 {
			pi := 4 * float64(inside[0]) / float64(*samples)
			lockstep.Say("π is about %.5f, off by %.5f", pi, math.Abs(pi-math.Pi))
		}
	})
}

// darts returns how many of n land inside. Each rank has a stream of random numbers of its own:
// with one stream for all, more ranks would throw the same darts again.
func darts(seed uint64, rank, n int) (inside int) {
	random := rand.New(rand.NewPCG(seed, uint64(rank)))
	for range n {
		x, y := random.Float64(), random.Float64()
		if x*x+y*y < 1 {
			inside++
		}
	}
	return inside
}
