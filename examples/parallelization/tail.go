package main

import (
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
)

// runTail gives each goroutine an equal part, as a division of whole numbers says.
func runTail(f *lockstep.Flags) {
	job, n, p := jobFlags(f)
	fixed := f.Bool("fixed", false, "multiply first, and divide then")
	f.Parse()
	cut := equalPart
	if *fixed {
		cut = part
	}
	v := newVectors(make([]float32, 3**n))
	var all sync.WaitGroup
	for i := range *p {
		lo, hi := cut(i, *p, *n)
		all.Go(func() { v.do(*job, lo, hi) })
	}
	all.Wait()
	missing := 0
	for _, sum := range v.sum {
		if sum == 0 { // which neither job ever comes to
			missing++
		}
	}
	lockstep.Say("%d of %d sums are missing", missing, *n)
}

// equalPart is the i-th of p equal parts of n elements.
func equalPart(i, p, n int) (lo, hi int) {
	return i * (n / p), (i + 1) * (n / p) // NOTE: incorrect: n / p drops the remainder
}
