package main

import (
	"fmt"

	"example.com/lockstep/examples/mpi/mpi"
)

// runProbe is how the scripts find out whether a launcher works: two ranks add up 1 and 2.
func runProbe([]string) error {
	return ranks(2, func(world *mpi.Comm) error {
		sum := make([]int, 1)
		if err := mpi.Allreduce(world, []int{world.Rank() + 1}, sum, mpi.Sum); err != nil {
			return err
		}
		if want := world.Size() * (world.Size() + 1) / 2; sum[0] != want {
			return fmt.Errorf("the ranks' sum is %d, not %d", sum[0], want)
		}
		if world.Rank() == 0 {
			say("%d ranks reduced", world.Size())
		}
		return nil
	})
}
