// want: workers must be at work at the same time
package main

// Answers has one worker, which does one task after the other.
func Answers(tasks []int, p int) (answers []answer, err error) {
	var w *worker
	for _, n := range tasks {
		if w == nil {
			if w, err = start(); err != nil {
				return nil, err
			}
		}
		square, err := w.square(n)
		if err != nil {
			w = nil
		}
		answers = append(answers, answer{square, err})
	}
	if w != nil {
		return answers, w.end()
	}
	return answers, nil
}
