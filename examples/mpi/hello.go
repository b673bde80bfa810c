package main

import "example.com/lockstep/examples/mpi/mpi"

// runHello lets every rank say who it is.
func runHello(args []string) error {
	if err := parse(newFlags("hello"), args); err != nil {
		return err
	}
	return ranks(1, hello)
}

func hello(world *mpi.Comm) error {
	host, err := mpi.ProcessorName()
	if err != nil {
		return err
	}
	library, err := mpi.Library()
	if err != nil {
		return err
	}
	lane(world, "of %d on %s: %s, %s", world.Size(), host, library.ABI, library.Library)
	return nil
}
