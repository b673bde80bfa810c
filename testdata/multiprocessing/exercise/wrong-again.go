// want: a task runs once, even if its worker dies
package main

import (
	"errors"
	"sync"
)

// Answers gives a task whose worker has died to another one.
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
				if a.square, a.err = w.square(tasks[i]); a.err == nil {
					continue
				}
				if w, errs[k] = start(); errs[k] != nil {
					return
				}
				if a.square, a.err = w.square(tasks[i]); a.err != nil {
					w = nil
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
