// want: answers come in the order of the tasks
package main

import (
	"errors"
	"sync"
)

// Answers lets p goroutines take the tasks. The first answer is the first to come.
func Answers(tasks []int, p int) ([]answer, error) {
	var mu sync.Mutex // guards answers
	var answers []answer
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
				var a answer
				if a.square, a.err = w.square(tasks[i]); a.err != nil {
					w = nil
				}
				mu.Lock()
				answers = append(answers, a)
				mu.Unlock()
			}
			if w != nil {
				errs[k] = w.end()
			}
		})
	}
	workers.Wait()
	return answers, errors.Join(errs...)
}
