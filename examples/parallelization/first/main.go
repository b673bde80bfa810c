// Is it worth dividing? Two jobs are done by one goroutine, and then by two, half each.
package main

import (
	"fmt"
	"sync"
	"time"
)

const n = 10_000

var a, b, result [n]float32

// add makes one addition for each number.
func add(from, to int) {
	for i := from; i < to; i++ {
		result[i] = a[i] + b[i]
	}
}

// grow lets a population of a[i] grow for 1000 generations.
func grow(from, to int) {
	for i := from; i < to; i++ {
		x := a[i]
		for range 1000 {
			x = b[i] * x * (1 - x)
		}
		result[i] = x
	}
}

// timed does a job ten times, divided among p goroutines. It returns
// the shortest time.
func timed(job func(from, to int), p int) time.Duration {
	shortest := time.Hour
	for range 10 {
		begin := time.Now()
		var others sync.WaitGroup
		for i := 1; i < p; i++ {
			others.Go(func() { job(i*n/p, (i+1)*n/p) })
		}
		job(0, n/p) // the first part is for this goroutine
		others.Wait()
		shortest = min(shortest, time.Since(begin).Round(100))
	}
	return shortest
}

func main() {
	for p := 1; p <= 2; p++ {
		fmt.Printf("goroutines: %d   add takes %8v   grow takes %v\n",
			p, timed(add, p), timed(grow, p))
	}
}
