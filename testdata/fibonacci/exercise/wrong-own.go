// want: want 4 processes at work, not 3: a process's own part is shared out too
package main

// Call computes its own part by itself, whatever the depth.
func Call(n, depth int, fork func(n, depth int) (join func() (int, error))) (int, error) {
	if n < 2 || depth == 0 {
		return fib(n), nil
	}
	join := fork(n-2, depth-1)
	own := fib(n - 1)
	other, err := join()
	return own + other, err
}
