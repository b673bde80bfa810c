package main

import (
	"fmt"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/mpi/mpi"
)

// hello lets a rank say who it is.
func hello(world *mpi.Comm) {
	host, err := mpi.ProcessorName()
	lockstep.Check(err)
	library, err := mpi.Library()
	lockstep.Check(err)
	lockstep.Say("[rank %d] of %d on %s: %s, %s", world.Rank(), world.Size(), host,
		library.ABI, library.Library)
}

// on makes a variant that takes no flags and runs body on every rank.
func on(least int, body func(world *mpi.Comm)) func(*lockstep.Flags) {
	return func(f *lockstep.Flags) {
		f.Parse()
		ranks(least, body)
	}
}

// ranks runs body on every rank, of which there must be at least least, and ends the program. A rank
// that cannot go on ends itself by lockstep.Check; then the launcher ends the others.
func ranks(least int, body func(world *mpi.Comm), opts ...mpi.Option) {
	lockstep.Check(mpi.Main(func(world *mpi.Comm) error {
		n := world.Size()
		if n == 1 && least > 1 {
			lockstep.Check(mpi.Raw("MPI_Finalize")) // alone, it has no job to end
			lockstep.Check(tooFew(least, n))
		}
		demand(world, n >= least, "%v", tooFew(least, n))
		body(world)
		return nil
	}, opts...))
}

func tooFew(least, n int) error {
	return fmt.Errorf("this needs at least %d ranks, and there are %d: start it with mpirun -n %[1]d", least, n)
}

// demand ends the job unless ok. All ranks call it with the same, and rank 0 says what is wrong.
func demand(world *mpi.Comm, ok bool, format string, args ...any) {
	if !ok && world.Rank() == 0 {
		fail(world, format, args...)
	} else if !ok {
		lockstep.Check(world.Barrier())
	}
}

// fail says what is wrong, and ends all ranks with the exit code 1.
func fail(world *mpi.Comm, format string, args ...any) {
	fmt.Fprintf(os.Stderr, "mpi: "+format+"\n", args...)
	world.Abort(1)
}

// part is how many of total things rank r of n has, when they are dealt out as evenly as can be.
func part(total, r, n int) int { return total*(r+1)/n - total*r/n }
