package main

import (
	"fmt"
	"strings"
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
)

// runReduce adds up 1 … p, each of which is the result of another goroutine, let us say.
func runReduce(f *lockstep.Flags) {
	p := f.Number("p", 8, 1, 64, "how many results there are")
	f.Parse()
	sums := make([]int64, *p)
	for i := range sums {
		sums[i] = int64(i) + 1
	}
	lockstep.Say("results  %s", words(sums))
	for round := 1; len(sums) > 1; round++ {
		sums = addPairs(sums)
		lockstep.Say("round %d  %s", round, words(sums))
	}
}

// addPairs adds neighbours, all pairs at the same time. Half as many sums are left.
func addPairs(sums []int64) []int64 {
	half := make([]int64, (len(sums)+1)/2)
	var pairs sync.WaitGroup
	for i := range half {
		pairs.Go(func() {
			half[i] = sums[2*i]
			if 2*i+1 < len(sums) { // else there is no neighbour
				half[i] += sums[2*i+1]
			}
		})
	}
	pairs.Wait()
	return half
}

func words(numbers []int64) string { return strings.Trim(fmt.Sprint(numbers), "[]") }
