package main

import (
	"fmt"
	"os"

	"example.com/lockstep/examples/mpi/mpi"
)

// ranks runs body on every rank, of which there must be at least least. It does not return, unless
// MPI cannot be started.
func ranks(least int, body func(world *mpi.Comm) error, opts ...mpi.Option) error {
	return mpi.Main(func(world *mpi.Comm) error {
		err := enough(world, least)
		if err == nil {
			err = body(world)
		}
		if err == nil {
			err = stdout.failed()
		}
		return err
	}, opts...)
}

// enough lets rank 0 say that there are too few ranks. The others wait for the end that it brings.
func enough(world *mpi.Comm, least int) error {
	if world.Size() >= least {
		return nil
	}
	if world.Rank() > 0 {
		return world.Barrier()
	}
	return fmt.Errorf("this needs at least %d ranks, and there are %d: start it with mpirun -n %d",
		least, world.Size(), least)
}

// count lets rank 0 say on standard error how many ranks there are, where standard output has a
// picture that must not depend on it.
func count(world *mpi.Comm) {
	if world.Rank() == 0 {
		fmt.Fprintf(os.Stderr, "mpi: %d ranks\n", world.Size())
	}
}

// member refuses a rank that there is not.
func member(world *mpi.Comm, rank int) error {
	if rank < world.Size() {
		return nil
	}
	if world.Rank() > 0 {
		return world.Barrier() // rank 0's error ends it
	}
	return fmt.Errorf("-rank %d: there are only ranks 0 to %d", rank, world.Size()-1)
}

// lane prints a line of this rank.
func lane(world *mpi.Comm, format string, args ...any) {
	say("[rank %d] %s", world.Rank(), fmt.Sprintf(format, args...))
}
