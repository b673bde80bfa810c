package main

import (
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
)

// runGoroutines is the queue with goroutines: a channel takes the place of the pipes.
func runGoroutines(f *lockstep.Flags) {
	numbers := numbersFlag(f)
	p := f.Number("p", 3, 1, 64, "how many goroutines")
	f.Parse()
	lockstep.Say("goroutines: %s, %s", many(len(*numbers), "number"), many(*p, "goroutine"))
	lockstep.Say("%v", computeInGoroutines(*numbers, *p))
}

func computeInGoroutines(numbers []int, p int) (sum result) {
	queue := make(chan int, len(numbers))
	for _, n := range numbers {
		queue <- n
	}
	close(queue)
	var mu sync.Mutex // guards sum
	var workers sync.WaitGroup
	for range p {
		workers.Go(func() {
			for n := range queue {
				value, calls := fib(n)
				mu.Lock()
				sum.value += value
				sum.calls += calls
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	return sum
}
