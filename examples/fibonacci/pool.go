package main

import (
	"sync/atomic"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/errgroup"
)

// runPool is the queue by the real clock: who gets which number depends on who happens to be free.
func runPool(f *lockstep.Flags) {
	numbers := numbersFlag(f)
	p := f.Number("p", 3, 1, 64, "how many processes")
	f.Parse()
	answers, err := compute(startWorkers(*p), *numbers)
	lockstep.Check(err)
	var sum result
	for _, answer := range answers {
		sum.add(answer)
	}
	lockstep.Say("%v", sum)
}

// compute gives each worker that is free the next number, until there is none. It returns the
// answers in the order of the numbers.
func compute(workers []*lockstep.Process, numbers []int) ([]string, error) {
	answers := make([]string, len(numbers)) // each goroutine writes elements of its own
	var taken atomic.Int64
	var g errgroup.Group
	for _, w := range workers {
		g.Go(func() error {
			for {
				i := int(taken.Add(1)) - 1
				if i >= len(numbers) {
					return nil
				}
				var err error
				if answers[i], err = w.Step(numbers[i]); err != nil {
					return err
				}
			}
		})
	}
	return answers, g.Wait()
}
