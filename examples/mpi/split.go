package main

import (
	"fmt"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/mpi/mpi"
)

// split divides the ranks into two communicators, the even and the odd ones, which add up their own.
func split(world *mpi.Comm) {
	me := world.Rank()
	half, err := world.Split(me%2, me)
	lockstep.Check(err)
	sum := []int{me}
	lockstep.Check(mpi.Allreduce(half, sum, sum, mpi.Sum))
	lockstep.Say("[rank %d] of %d is rank %d of %d in its half, whose ranks add up to %d",
		me, world.Size(), half.Rank(), half.Size(), sum[0])
	lockstep.Check(half.Free())
}

// cart arranges the ranks in a grid, open at top and bottom and closed at the sides, and moves every
// rank's number one place down and one place to the right.
func cart(world *mpi.Comm) {
	dims, err := mpi.Dims(world.Size(), 2)
	lockstep.Check(err)
	grid, err := world.CartCreate(dims, []bool{false, true})
	lockstep.Check(err)
	at, err := grid.Coords(grid.Rank())
	lockstep.Check(err)
	var got [2]string
	for dim := range got {
		source, dest, err := grid.Shift(dim, 1)
		lockstep.Check(err)
		// Beyond the edge is ProcNull: sending there does nothing, receiving from there leaves the
		// buffer as it is. No rank needs an if.
		in := []int{-1}
		_, err = mpi.Sendrecv(grid.Comm, []int{grid.Rank()}, dest, dim, in, source, dim)
		lockstep.Check(err)
		if got[dim] = fmt.Sprintf("rank %d", in[0]); in[0] < 0 {
			got[dim] = "nothing"
		}
	}
	lockstep.Say("[rank %d] of %d at %v gets %s from above, %s from the left",
		world.Rank(), world.Size(), at, got[0], got[1])
}
