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
	sum, alone := addUp(*n, *p, func(lo, hi int) { v.do(*job, lo, hi) }, v.total)
	lockstep.Say("total %d; one added %d numbers while the others waited", sum, alone)
}

// thenOneAddsUp returns the total, and how many numbers were added by one alone.
func thenOneAddsUp(n, p int, do func(lo, hi int), total func(lo, hi int) int64) (sum int64, alone int) {
	var all sync.WaitGroup
	for i := range p {
		all.Go(func() { do(i*n/p, (i+1)*n/p) })
	}
	all.Wait()
	return total(0, n), n // NOTE: incorrect: all others wait for this
}

// eachAddsUp returns the same, but each adds up its own part.
func eachAddsUp(n, p int, do func(lo, hi int), total func(lo, hi int) int64) (sum int64, alone int) {
	sums := make([]int64, p)
	var all sync.WaitGroup
	for i := range p {
		lo, hi := i*n/p, (i+1)*n/p
		all.Go(func() { do(lo, hi); sums[i] = total(lo, hi) })
	}
	all.Wait()
	for _, s := range sums {
		sum += s
	}
	return sum, p
}

// total adds up in millionths: whole numbers have the same total in any order.
func (v vectors) total(lo, hi int) (millionths int64) {
	for _, x := range v.sum[lo:hi] {
		millionths += int64(x * 1e6)
	}
	return millionths
}
