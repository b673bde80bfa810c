package main

import (
	"os"

	"example.com/lockstep/examples/mpi/mpi"
)

// runKilled lets one rank die without a word while the others wait for it. MPI does not go on
// without it: the launcher sees the death and ends the job.
func runKilled(args []string) error {
	fs := newFlags("killed")
	victim := intFlag(fs, "rank", 1, 0, 1023, "the rank that dies")
	if err := parse(fs, args); err != nil {
		return err
	}
	return ranks(2, func(world *mpi.Comm) error {
		if err := member(world, *victim); err != nil {
			return err
		}
		if world.Rank() != *victim {
			return world.Barrier() // never complete
		}
		self, err := os.FindProcess(os.Getpid())
		if err != nil {
			return err
		}
		if err := self.Kill(); err != nil {
			return err
		}
		select {} // SIGKILL is on its way
	})
}
