package main

import (
	"sync"
	"sync/atomic"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/errgroup"
)

// runPool is the queue by the real clock: who gets which number depends on who happens to be free.
func runPool(f *lockstep.Flags) {
	numbers := numbersFlag(f)
	p := f.Number("p", 3, 1, 64, "how many processes")
	f.Parse()
	sum, err := compute(startWorkers(*p), *numbers)
	lockstep.Check(err)
	lockstep.Say("%v", sum)
}

// compute gives each worker that is free the next number, until there is none.
func compute(workers []*lockstep.Process, numbers []int) (sum result, err error) {
	var taken atomic.Int64
	var mu sync.Mutex // guards sum
	var g errgroup.Group
	for _, w := range workers {
		g.Go(func() error {
			for {
				i := int(taken.Add(1)) - 1
				if i >= len(numbers) {
					return nil
				}
				w.Allow(numbers[i])
				r, err := answer(w, numbers[i])
				if err != nil {
					return err
				}
				mu.Lock()
				sum.add(r)
				mu.Unlock()
			}
		})
	}
	err = g.Wait()
	return sum, err
}
