package main

import (
	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/mpi/mpi"
)

// sendrecv sends a map from rank 0 to rank 1. The other ranks have nothing to do.
func sendrecv(world *mpi.Comm) {
	const tag = 11
	me, n := world.Rank(), world.Size()
	switch me {
	case 0:
		data := map[string]float64{"a": 7, "b": 3.14}
		lockstep.Say("[rank %d] of %d sends %v", me, n, data)
		lockstep.Check(mpi.SendValue(world, data, 1, tag))
	case 1:
		data, from, err := mpi.RecvValue[map[string]float64](world, 0, tag)
		lockstep.Check(err)
		lockstep.Say("[rank %d] of %d has %v from rank %d", me, n, data, from.Source)
	default:
		lockstep.Say("[rank %d] of %d is idle", me, n)
	}
}
