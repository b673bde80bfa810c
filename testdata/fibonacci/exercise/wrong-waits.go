// want: waits for an answer before it does its own part
package main

// Call waits as soon as the other process is started.
func Call(n, depth int, fork func(n, depth int) (join func() (int, error))) (int, error) {
	if n < 2 || depth == 0 {
		return fib(n), nil
	}
	other, err := fork(n-2, depth-1)()
	if err != nil {
		return 0, err
	}
	own, err := Call(n-1, depth-1, fork)
	return own + other, err
}
