package main

import (
	"fmt"
	"slices"

	"example.com/lockstep/examples/mpi/mpi"
)

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
		if err := world.Barrier(); err != nil { // before it, the counter may not be zero yet
			return err
		}
		mine := make([]int, *tickets)
		for i := range mine {
			if mine[i], err = draw(counter); err != nil {
				return err
			}
		}
		if !slices.IsSorted(mine) {
			return fmt.Errorf("drew a ticket that is lower than the one before: %v", mine)
		}
		lane(world, "of %d drew %d tickets, each higher than the last", world.Size(), *tickets)

		var all []int
		if world.Rank() == 0 {
			all = make([]int, *tickets*world.Size())
		}
		if err := mpi.Gather(world, mine, all, 0); err != nil {
			return err
		}
		if world.Rank() == 0 {
			slices.Sort(all)
			for i, ticket := range all {
				if ticket != i {
					return fmt.Errorf("ticket %d was not drawn once", i)
				}
			}
			say("the tickets are the numbers below %d, each drawn once", len(all))
		}
		return counter.Free()
	})
}

// draw takes the next ticket from rank 0's counter: it adds one and returns what was there before.
func draw(counter *mpi.Window[int]) (ticket int, err error) {
	if err := counter.Lock(0, false); err != nil {
		return 0, err
	}
	if ticket, err = counter.FetchAndOp(1, mpi.Sum, 0, 0); err != nil {
		return 0, err
	}
	return ticket, counter.Unlock(0)
}
