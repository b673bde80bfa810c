package main

import (
	"math/rand/v2"
	"slices"
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
)

// runDivide sorts numbers by merging sorted halves. The halves are sorted at the same time.
func runDivide(f *lockstep.Flags) {
	n := f.Number("n", 100_000, 0, 1_000_000, "how many numbers")
	cutoff := f.Number("cutoff", 12_500, 1, 1_000_000, "sort so many without dividing them")
	f.Parse()
	random := rand.New(rand.NewPCG(1, 1))
	numbers := make([]uint32, *n)
	for i := range numbers {
		numbers[i] = random.Uint32()
	}
	started := sortHalves(numbers, make([]uint32, *n), *cutoff)
	lockstep.Say("%d numbers in order: %t, goroutines started: %d", *n, slices.IsSorted(numbers), started)
}

// sortHalves sorts v, and returns how many goroutines it has started.
func sortHalves(v, spare []uint32, cutoff int) (started int) {
	if len(v) <= cutoff {
		slices.Sort(v) // starting a goroutine would take longer
		return 0
	}
	middle, inLeft := len(v)/2, 0
	var left sync.WaitGroup
	left.Go(func() { inLeft = sortHalves(v[:middle], spare[:middle], cutoff) })
	inRight := sortHalves(v[middle:], spare[middle:], cutoff) // this goroutine has a half to do, too
	left.Wait()
	merge(v, middle, spare)
	return 1 + inLeft + inRight
}

// merge merges v[:middle] and v[middle:], which are sorted.
func merge(v []uint32, middle int, spare []uint32) {
	copy(spare, v)
	left, right := spare[:middle], spare[middle:]
	for i := range v {
		if len(right) == 0 || len(left) > 0 && left[0] <= right[0] {
			v[i], left = left[0], left[1:]
		} else {
			v[i], right = right[0], right[1:]
		}
	}
}
