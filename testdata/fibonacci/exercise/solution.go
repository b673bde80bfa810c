package main

// Call starts a process for fib(n-2), computes fib(n-1) in the meantime, and then waits.
func Call(n, depth int, fork func(n, depth int) (join func() (int, error))) (int, error) {
	if n < 2 || depth == 0 {
		return fib(n), nil
	}
	join := fork(n-2, depth-1)
	own, err := Call(n-1, depth-1, fork)
	if err != nil {
		return 0, err
	}
	other, err := join()
	return own + other, err
}
