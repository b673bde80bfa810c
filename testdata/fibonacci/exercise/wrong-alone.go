// want: processes at work, not 1: a process's own part is shared out too
package main

// Call shares nothing out.
func Call(n, depth int, fork func(n, depth int) (join func() (int, error))) (int, error) {
	return fib(n), nil
}
