package main

import (
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
)

// runGoroutines squares the same array in one process. Memory is shared from the start: no file,
// no mapping, no offsets. It is the collector's, may hold pointers, and -race sees every access.
func runGoroutines(f *lockstep.Flags) {
	n := f.Number("n", 4, 1, 10_000, "how many goroutines")
	length := f.Number("len", 1000, 1, 1_000_000, "how many numbers")
	f.Parse()
	cells := make([]uint64, *length)
	for i := range cells {
		cells[i] = uint64(i) + 1
	}
	var all sync.WaitGroup
	for i := range *n {
		mine := cells[i**length / *n : (i+1)**length / *n]
		all.Go(func() {
			for j := range mine {
				mine[j] *= mine[j]
			}
		})
	}
	all.Wait()
	sum := uint64(0)
	for _, v := range cells {
		sum += v
	}
	lockstep.Say("%d numbers are squared, their sum is %d", len(cells), sum)
}
