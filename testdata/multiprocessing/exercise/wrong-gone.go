// want: was given to a worker 0 times
package main

import (
	"errors"
	"sync"
)

// Answers lets p goroutines take the tasks. Each ends with its worker.
func Answers(tasks []int, p int) ([]answer, error) {
	answers := make([]answer, len(tasks)) // each task writes its own element only
	errs := make([]error, p)
	next := make(chan int, len(tasks))
	for i := range tasks {
		next <- i
	}
	close(next)
	var workers sync.WaitGroup
	for k := range p {
		workers.Go(func() {
			var w *worker
			for i := range next {
				if w == nil {
					if w, errs[k] = start(); errs[k] != nil {
						return
					}
				}
				a := &answers[i]
				if a.square, a.err = w.square(tasks[i]); a.err != nil {
					return
				}
			}
			if w != nil {
				errs[k] = w.end()
			}
		})
	}
	workers.Wait()
	return answers, errors.Join(errs...)
}
