package main

import "example.com/lockstep/examples/mpi/mpi"

// runPingpong sends a counter back and forth between ranks 0 and 1.
func runPingpong(args []string) error {
	fs := newFlags("pingpong")
	rounds := intFlag(fs, "rounds", 3, 1, 1_000_000, "how often the ball comes back")
	if err := parse(fs, args); err != nil {
		return err
	}
	return ranks(2, func(world *mpi.Comm) error {
		me := world.Rank()
		if me > 1 {
			return nil
		}
		ball := []int{0}
		for range *rounds {
			if me == 0 {
				if err := mpi.Send(world, ball, 1, 0); err != nil {
					return err
				}
			}
			if _, err := mpi.Recv(world, ball, 1-me, 0); err != nil {
				return err
			}
			ball[0]++
			if me == 1 {
				if err := mpi.Send(world, ball, 0, 0); err != nil {
					return err
				}
			}
		}
		lane(world, "of %d hit the ball %d times; the count is %d", world.Size(), *rounds, ball[0])
		return nil
	})
}
