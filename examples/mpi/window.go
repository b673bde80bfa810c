package main

import (
	"slices"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/mpi/mpi"
)

// runWindow lets all ranks draw tickets from a counter in rank 0's memory, without rank 0's help.
func runWindow(f *lockstep.Flags) {
	tickets := f.Number("tickets", 100, 0, 1_000_000, "tickets that each rank draws")
	f.Parse()
	ranks(1, func(world *mpi.Comm) {
		counter, err := mpi.WinAllocate[int](world, 1)
		lockstep.Check(err)
		lockstep.Check(world.Barrier()) // before it, the counter may not be zero yet
		mine, all := make([]int, *tickets), []int(nil)
		for i := range mine {
			mine[i] = draw(counter)
		}
		if !slices.IsSorted(mine) {
			fail(world, "rank %d drew a ticket that is lower than the one before: %v", world.Rank(), mine)
		}
		me, n := world.Rank(), world.Size()
		lockstep.Say("[rank %d] of %d drew %d tickets, each higher than the last", me, n, *tickets)
		if me == 0 {
			all = make([]int, *tickets*n)
		}
		lockstep.Check(mpi.Gather(world, mine, all, 0))
		slices.Sort(all)
		for i, ticket := range all {
			if ticket != i {
				fail(world, "ticket %d was not drawn once", i)
			}
		}
		if me == 0 {
			lockstep.Say("the tickets are the numbers below %d, each drawn once", len(all))
		}
		lockstep.Check(counter.Free())
	})
}

// draw takes the next ticket from rank 0's counter: it adds one and returns what was there before.
func draw(counter *mpi.Window[int]) (ticket int) {
	lockstep.Check(counter.Lock(0, false))
	ticket, err := counter.FetchAndOp(1, mpi.Sum, 0, 0)
	lockstep.Check(err)
	lockstep.Check(counter.Unlock(0))
	return ticket
}
