// Is it worth dividing? Two jobs are done by one goroutine, and then divided among one for each processor.
package main

import (
	"fmt"
	"runtime"
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

// grow lets each number of a grow for 1000 generations; b says how fast.
func grow(from, to int) {
	for i := from; i < to; i++ {
		x := a[i]
		for range 1000 {
			x = b[i] * x * (1 - x)
		}
		result[i] = x
	}
}

func main() {
	p := runtime.NumCPU()
	compare := func(name string, job func(from, to int)) {
		whole := fastest(func() { job(0, n) })
		divided := fastest(func() {
			var all sync.WaitGroup
			for i := range p {
				all.Go(func() { job(i*n/p, (i+1)*n/p) })
			}
			all.Wait()
		})
		fmt.Printf("%-4s takes one %9v and %d together %9v\n", name, whole, p, divided)
	}
	compare("add", add)
	compare("grow", grow)
}

// fastest does something ten times, and says how long the fastest time took.
func fastest(do func()) time.Duration {
	best := time.Hour
	for range 10 {
		begin := time.Now()
		do()
		best = min(best, time.Since(begin))
	}
	return best
}
