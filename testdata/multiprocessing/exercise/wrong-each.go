// want: a worker that is alive takes the next task
package main

import "sync"

// Answers starts a worker for each task.
func Answers(tasks []int, p int) ([]answer, error) {
	answers := make([]answer, len(tasks))
	places := make(chan bool, p)
	var all sync.WaitGroup
	for i, n := range tasks {
		places <- true
		all.Go(func() {
			defer func() { <-places }()
			w, err := start()
			if err != nil {
				answers[i].err = err
				return
			}
			if answers[i].square, answers[i].err = w.square(n); answers[i].err == nil {
				answers[i].err = w.end()
			}
		})
	}
	all.Wait()
	return answers, nil
}
