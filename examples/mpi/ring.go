package main

import "example.com/lockstep/examples/mpi/mpi"

// runRing passes a token around: each rank adds its number and hands it to the next.
func runRing(args []string) error {
	if err := parse(newFlags("ring"), args); err != nil {
		return err
	}
	return ranks(2, func(world *mpi.Comm) error {
		me, n := world.Rank(), world.Size()
		next, last := (me+1)%n, (me+n-1)%n
		token := []int{0}
		if me == 0 {
			if err := mpi.Send(world, token, next, 0); err != nil {
				return err
			}
		}
		if _, err := mpi.Recv(world, token, last, 0); err != nil {
			return err
		}
		lane(world, "of %d has the token %d from rank %d", n, token[0], last)
		if me == 0 {
			return nil
		}
		token[0] += me
		return mpi.Send(world, token, next, 0)
	})
}
