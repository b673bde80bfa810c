package main

import "sync"

// Answers keeps the workers that have nothing to do in a channel. A nil is room for one more.
func Answers(tasks []int, p int) ([]answer, error) {
	idle := make(chan *worker, p)
	for range p {
		idle <- nil
	}
	answers := make([]answer, len(tasks))
	var all sync.WaitGroup
	for i, n := range tasks {
		w := <-idle
		if w == nil {
			var err error
			if w, err = start(); err != nil {
				return nil, err
			}
		}
		all.Go(func() {
			answers[i].square, answers[i].err = w.square(n)
			if answers[i].err != nil {
				idle <- nil
			} else {
				idle <- w
			}
		})
	}
	all.Wait()
	for range p {
		if w := <-idle; w != nil {
			if err := w.end(); err != nil {
				return nil, err
			}
		}
	}
	return answers, nil
}
