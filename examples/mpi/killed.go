package main

import (
	"os"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/mpi/mpi"
)

// runKilled lets one rank die without a word while the others wait for it. MPI does not go on
// without it: the launcher sees the death and ends the job.
func runKilled(f *lockstep.Flags) {
	victim := f.Number("rank", 1, 0, 1023, "the rank that dies")
	f.Parse()
	oneRank(*victim, func(world *mpi.Comm) {
		self, err := os.FindProcess(os.Getpid())
		lockstep.Check(err)
		lockstep.Check(self.Kill())
		select {} // SIGKILL is on its way
	})
}

// runAbort lets one rank end the whole job, with an exit code of its choice.
func runAbort(f *lockstep.Flags) {
	who := f.Number("rank", 1, 0, 1023, "the rank that aborts")
	code := f.Number("code", 3, 1, 255, "the job's exit code")
	f.Parse()
	oneRank(*who, func(world *mpi.Comm) {
		lockstep.Say("[rank %d] of %d ends the job", *who, world.Size())
		world.Abort(*code)
	})
}

// oneRank runs body on one rank, while the others wait for it in vain.
func oneRank(rank int, body func(world *mpi.Comm)) {
	ranks(2, func(world *mpi.Comm) {
		demand(world, rank < world.Size(), "-rank %d: there are only ranks 0 to %d", rank, world.Size()-1)
		if world.Rank() == rank {
			body(world)
		}
		lockstep.Check(world.Barrier())
	})
}
