package main

import (
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
)

// runAlone lets goroutines do the job, and needs the total of the results.
func runAlone(f *lockstep.Flags) {
	job, n, p := jobFlags(f)
	parts := f.Bool("parts", false, "let each goroutine add up its own part")
	f.Parse()
	addUp := thenOneAddsUp
	if *parts {
		addUp = eachAddsUp
	}
	v := newVectors(make([]float32, 3**n))
	total, alone := addUp(v, *p, func(lo, hi int) { v.do(*job, lo, hi) })
	lockstep.Say("total %d; one added %d numbers while the others waited", total, alone)
}

// thenOneAddsUp returns the total, and how many numbers were added by one alone.
func thenOneAddsUp(v vectors, p int, do func(lo, hi int)) (sum int64, alone int) {
	var all sync.WaitGroup
	for i := range p {
		lo, hi := part(i, p, len(v.sum))
		all.Go(func() { do(lo, hi) })
	}
	all.Wait()
	return total(v.sum), len(v.sum) // NOTE: incorrect: all others wait for this
}

// eachAddsUp returns the same, but each adds up its own part.
func eachAddsUp(v vectors, p int, do func(lo, hi int)) (sum int64, alone int) {
	sums := make([]int64, p)
	var all sync.WaitGroup
	for i := range p {
		lo, hi := part(i, p, len(v.sum))
		all.Go(func() { do(lo, hi); sums[i] = total(v.sum[lo:hi]) })
	}
	all.Wait()
	for len(sums) > 1 {
		sums = addPairs(sums)
	}
	return sums[0], p
}

// total adds up in millionths: whole numbers have the same total in any order.
func total(sum []float32) (millionths int64) {
	for _, x := range sum {
		millionths += int64(x * 1e6)
	}
	return millionths
}
