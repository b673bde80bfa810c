package main

import (
	"fmt"

	"example.com/lockstep/examples/mpi/mpi"
)

// runCart arranges the ranks in a grid, open at top and bottom and closed at the sides, and moves
// every rank's number one place down and one place to the right.
func runCart(args []string) error {
	if err := parse(newFlags("cart"), args); err != nil {
		return err
	}
	return ranks(2, func(world *mpi.Comm) error {
		dims, err := mpi.Dims(world.Size(), 2)
		if err != nil {
			return err
		}
		grid, err := world.CartCreate(dims, []bool{false, true})
		if err != nil {
			return err
		}
		at, err := grid.Coords(grid.Rank())
		if err != nil {
			return err
		}
		var got [2]string
		for dim := range got {
			source, dest, err := grid.Shift(dim, 1)
			if err != nil {
				return err
			}
			// Beyond the edge is ProcNull: sending there does nothing, receiving from there leaves
			// the buffer as it is. No rank needs an if.
			in := []int{-1}
			out := []int{grid.Rank()}
			if _, err := mpi.Sendrecv(grid.Comm, out, dest, dim, in, source, dim); err != nil {
				return err
			}
			if got[dim] = fmt.Sprintf("rank %d", in[0]); in[0] < 0 {
				got[dim] = "nothing"
			}
		}
		lane(world, "of %d at %v gets %s from above, %s from the left", world.Size(), at, got[0], got[1])
		return nil
	})
}
