package main

import "sync"

// runGoroutines is the queue with goroutines: a channel takes the place of the pipes.
func runGoroutines(args []string) error {
	fs := newFlags("goroutines")
	numbers := numbersFlag(fs, unequal)
	p := intFlag(fs, "p", 3, 1, 64, "how many goroutines")
	if err := parse(fs, args); err != nil {
		return err
	}
	say("goroutines: %s, %s", many(len(*numbers), "number", "numbers"),
		many(*p, "goroutine", "goroutines"))
	say("%v", computeInGoroutines(*numbers, *p))
	return nil
}

func computeInGoroutines(numbers []int, p int) (sum result) {
	queue := make(chan int)
	results := make(chan result)
	var workers sync.WaitGroup
	for range p {
		workers.Go(func() {
			for n := range queue {
				value, calls := fib(n)
				results <- result{value, calls}
			}
		})
	}
	go func() {
		for _, n := range numbers {
			queue <- n
		}
		close(queue)
		workers.Wait()
		close(results)
	}()
	for r := range results {
		sum.add(r)
	}
	return sum
}
