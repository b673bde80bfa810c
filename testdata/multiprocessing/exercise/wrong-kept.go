// want: a worker that has died is replaced before the next task
package main

import (
	"errors"
	"sync"
)

// Answers lets p goroutines take the tasks. Each keeps its worker, even if that has died.
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
			dead := false
			for i := range next {
				if w == nil {
					if w, errs[k] = start(); errs[k] != nil {
						return
					}
				}
				a := &answers[i]
				a.square, a.err = w.square(tasks[i])
				dead = a.err != nil
			}
			if w != nil && !dead {
				errs[k] = w.end()
			}
		})
	}
	workers.Wait()
	return answers, errors.Join(errs...)
}
