package main

import "example.com/lockstep/examples/mpi/mpi"

// runDeadlock lets every rank send to its right before it receives from its left. Each waits for a
// receiver that waits as well. The watchdog on rank 0 sees the circle, names it and ends the job.
func runDeadlock(args []string) error {
	if err := parse(newFlags("deadlock"), args); err != nil {
		return err
	}
	return watched(func(world *mpi.Comm, w *watch, left, right int) error {
		out, in := []int{world.Rank()}, []int{0}
		if err := w.sends(right); err != nil {
			return err
		}
		// NOTE: incorrect: nobody receives, so no Ssend returns. With Send it would work as long as
		// the message fits into a buffer of the library: until the data grows.
		if err := mpi.Ssend(world, out, right, 0); err != nil {
			return err
		}
		if err := w.receives(left); err != nil {
			return err
		}
		_, err := mpi.Recv(world, in, left, 0)
		return err
	})
}
