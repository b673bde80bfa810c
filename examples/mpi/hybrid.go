package main

import (
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/mpi/mpi"
)

// runHybrid counts primes with goroutines inside each rank and messages between ranks. Only the
// goroutine that runs the rank calls MPI; the others compute.
func runHybrid(f *lockstep.Flags) {
	below := f.Number("below", 100_000, 2, 100_000_000, "count the primes below this")
	workers := f.Number("goroutines", 2, 1, 1024, "goroutines in each rank")
	f.Parse()
	ranks(1, func(world *mpi.Comm) {
		me, n := world.Rank(), world.Size()
		parts := make([]int, *workers)
		var group sync.WaitGroup
		for w := range parts {
			group.Go(func() {
				// Every goroutine of every rank takes each k-th odd number; 2 is rank 0's.
				k := n * *workers
				for i := 3 + 2*(me**workers+w); i < *below; i += 2 * k {
					if isPrime(i) {
						parts[w]++
					}
				}
			})
		}
		group.Wait()
		mine, all := []int{0}, []int{0}
		if me == 0 && *below > 2 {
			mine[0] = 1
		}
		for _, count := range parts {
			mine[0] += count
		}
		lockstep.Say("[rank %d] of %d: %d goroutines found %v", me, n, *workers, parts)
		lockstep.Check(mpi.Reduce(world, mine, all, mpi.Sum, 0))
		if me == 0 {
			lockstep.Say("%d primes below %d", all[0], *below)
		}
	})
}

// isPrime is for odd numbers from 3 on.
func isPrime(n int) bool {
	for d := 3; d*d <= n; d += 2 {
		if n%d == 0 {
			return false
		}
	}
	return true
}
