package main

import "example.com/lockstep/examples/mpi/mpi"

// runWindow lets all ranks draw tickets from a counter in rank 0's memory, without rank 0's help.
func runWindow(args []string) error {
	fs := newFlags("window")
	tickets := intFlag(fs, "tickets", 100, 0, 1_000_000, "tickets that each rank draws")
	if err := parse(fs, args); err != nil {
		return err
	}
	return ranks(1, func(world *mpi.Comm) error {
		counter, err := mpi.WinAllocate[int](world, 1)
		if err != nil {
			return err
		}
		sum, last := 0, -1
		for range *tickets {
			if err := counter.Lock(0, false); err != nil {
				return err
			}
			ticket, err := counter.FetchAndOp(1, mpi.Sum, 0, 0)
			if err != nil {
				return err
			}
			if err := counter.Unlock(0); err != nil {
				return err
			}
			if ticket <= last {
				say("[rank %d] drew %d after %d", world.Rank(), ticket, last)
			}
			sum, last = sum+ticket, ticket
		}
		lane(world, "of %d drew %d tickets, each higher than the last", world.Size(), *tickets)
		all := []int{sum}
		if err := mpi.Reduce(world, all, all, mpi.Sum, 0); err != nil {
			return err
		}
		if n := *tickets * world.Size(); world.Rank() == 0 {
			say("the tickets add up to %d; 0 to %d, each drawn once, make %d", all[0], n-1, n*(n-1)/2)
		}
		return counter.Free()
	})
}
