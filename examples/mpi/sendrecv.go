package main

import (
	"maps"
	"slices"

	"example.com/lockstep/examples/mpi/mpi"
)

// runSendrecv sends a map from rank 0 to rank 1. The other ranks have nothing to do.
func runSendrecv(args []string) error {
	if err := parse(newFlags("sendrecv"), args); err != nil {
		return err
	}
	return ranks(2, sendrecv)
}

func sendrecv(world *mpi.Comm) error {
	const tag = 11
	switch world.Rank() {
	case 0:
		data := map[string]float64{"a": 7, "b": 3.14}
		lane(world, "of %d sends a map of %d entries", world.Size(), len(data))
		return mpi.SendValue(world, data, 1, tag)
	case 1:
		data, from, err := mpi.RecvValue[map[string]float64](world, 0, tag)
		if err != nil {
			return err
		}
		for _, key := range slices.Sorted(maps.Keys(data)) {
			lane(world, "of %d has %s = %v from rank %d", world.Size(), key, data[key], from.Source)
		}
	default:
		lane(world, "of %d is idle", world.Size())
	}
	return nil
}
