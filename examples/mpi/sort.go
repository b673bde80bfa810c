package main

import (
	"math/rand/v2"
	"slices"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/mpi/mpi"
)

// runSort sorts numbers that are spread over the ranks: samples of all tell which range of numbers
// each rank shall have, and one exchange brings them there.
func runSort(f *lockstep.Flags) {
	n := f.Number("n", 100_000, 0, 10_000_000, "numbers of all ranks together")
	f.Parse()
	ranks(1, func(world *mpi.Comm) {
		me, size := world.Rank(), world.Size()
		mine := numbers(me, part(*n, me, size))
		sorted := sampleSort(world, mine)
		lockstep.Say("[rank %d] of %d had %d numbers and has %d now", me, size, len(mine), len(sorted))
		compareWithSerial(world, sorted, *n)
	})
}

func sampleSort(world *mpi.Comm, mine []uint64) []uint64 {
	n := world.Size()
	slices.Sort(mine)

	// Every rank gives n samples, evenly spaced; every n-th of all of them is where a range ends.
	samples := make([]uint64, n)
	for i := range samples {
		if len(mine) > 0 {
			samples[i] = mine[i*len(mine)/n]
		}
	}
	all := make([]uint64, n*n)
	lockstep.Check(mpi.Allgather(world, samples, all))
	slices.Sort(all)

	// The counts travel first: nobody knows how much the others have for it.
	send, recv := make([]int, n), make([]int, n)
	for r, from := 0, 0; r < n; r++ {
		to := len(mine)
		if r < n-1 {
			to, _ = slices.BinarySearch(mine, all[(r+1)*n])
		}
		send[r] = max(to-from, 0)
		from = max(to, from)
	}
	lockstep.Check(mpi.Alltoall(world, send, recv))
	total := 0
	for _, count := range recv {
		total += count
	}
	out := make([]uint64, total)
	lockstep.Check(mpi.Alltoallv(world, mine, send, out, recv))
	slices.Sort(out) // n sorted runs; merging them would be faster, and longer
	return out
}

// compareWithSerial brings all to rank 0, which sorts the same numbers by itself.
func compareWithSerial(world *mpi.Comm, sorted []uint64, total int) {
	n := world.Size()
	counts, all := make([]int, n), []uint64(nil)
	lockstep.Check(mpi.Gather(world, []int{len(sorted)}, counts, 0))
	if world.Rank() == 0 {
		all = make([]uint64, total)
	}
	lockstep.Check(mpi.Gatherv(world, sorted, all, counts, 0))
	if world.Rank() > 0 {
		return
	}
	var serial []uint64
	for r := range n {
		serial = append(serial, numbers(r, part(total, r, n))...)
	}
	slices.Sort(serial)
	if !slices.Equal(all, serial) {
		fail(world, "the ranks' numbers, one after the other, are not the sorted ones")
	}
	lockstep.Say("%d numbers, as slices.Sort has them", total)
}

// numbers are a rank's own: small ones are much more frequent than large ones.
func numbers(rank, n int) []uint64 {
	random := rand.New(rand.NewPCG(42, uint64(rank)))
	s := make([]uint64, n)
	for i := range s {
		s[i] = random.Uint64() >> random.IntN(64)
	}
	return s
}
