// want: starts a process after it has computed
package main

// Call computes its own part first.
func Call(n, depth int, fork func(n, depth int) (join func() (int, error))) (int, error) {
	if n < 2 || depth == 0 {
		return fib(n), nil
	}
	own, err := Call(n-1, depth-1, fork)
	if err != nil {
		return 0, err
	}
	other, err := fork(n-2, depth-1)()
	return own + other, err
}
