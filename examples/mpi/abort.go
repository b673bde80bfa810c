package main

import "example.com/lockstep/examples/mpi/mpi"

// runAbort lets one rank end the whole job, with an exit code of its choice.
func runAbort(args []string) error {
	fs := newFlags("abort")
	who := intFlag(fs, "rank", 1, 0, 1023, "the rank that aborts")
	code := intFlag(fs, "code", 3, 1, 255, "the job's exit code")
	if err := parse(fs, args); err != nil {
		return err
	}
	return ranks(2, func(world *mpi.Comm) error {
		if err := member(world, *who); err != nil {
			return err
		}
		if world.Rank() == *who {
			say("[rank %d] of %d ends the job", *who, world.Size())
			world.Abort(*code)
		}
		return world.Barrier()
	})
}
