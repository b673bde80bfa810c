package main

import "example.com/lockstep/examples/mpi/mpi"

// runSplit divides the ranks into two communicators, the even and the odd ones, which add up their
// own.
func runSplit(args []string) error {
	if err := parse(newFlags("split"), args); err != nil {
		return err
	}
	return ranks(2, func(world *mpi.Comm) error {
		me := world.Rank()
		half, err := world.Split(me%2, me)
		if err != nil {
			return err
		}
		sum := []int{me}
		if err := mpi.Allreduce(half, sum, sum, mpi.Sum); err != nil {
			return err
		}
		lane(world, "of %d is rank %d of %d in its half, whose ranks add up to %d",
			world.Size(), half.Rank(), half.Size(), sum[0])
		return half.Free()
	})
}
