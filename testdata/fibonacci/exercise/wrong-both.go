// want: processes at work, not 7
package main

import "errors"

// Call starts a process for each of the two calls.
func Call(n, depth int, fork func(n, depth int) (join func() (int, error))) (int, error) {
	if n < 2 || depth == 0 {
		return fib(n), nil
	}
	left, right := fork(n-1, depth-1), fork(n-2, depth-1)
	a, errA := left()
	b, errB := right()
	return a + b, errors.Join(errA, errB)
}
