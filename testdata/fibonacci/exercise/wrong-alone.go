// want: processes at work, not 1
package main

// Call shares nothing out.
func Call(n, depth int, fork func(n, depth int) (join func() (int, error))) (int, error) {
	return fib(n), nil
}
