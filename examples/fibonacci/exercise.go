package main

import "fmt"

// runExercise solves the page's exercise: a process that starts another for one of its calls
// computes the other call itself, instead of waiting. That makes 2 to the power of depth.
func runExercise(args []string) error {
	fs := newFlags("exercise")
	n := intFlag(fs, "n", 24, 0, maxN, "compute fib of this")
	depth := intFlag(fs, "depth", 2, 0, 6, "how deep a call is shared with another process")
	if err := parse(fs, args); err != nil {
		return err
	}
	t, _, err := growTree(call{n: *n, depth: *depth, name: "1"}, "exercise-child", 1<<*depth)
	if err != nil {
		return err
	}
	say("fib(%d) = %v", *n, t)
	return nil
}

func exerciseChild(args []string) error {
	return serveCall(args, func(c call) (total, error) {
		t, err := shareCall(c, 1)
		t.processes++ // this one
		return t, err
	})
}

// shareCall computes a call, where the next process it starts is its k-th.
func shareCall(c call, k int) (t total, err error) {
	if c.n < 2 || c.depth == 0 {
		say("[process %s] computes fib(%d)", c.name, c.n)
		t.value, t.calls = fib(c.n)
		return t, nil
	}
	next := call{n: c.n - 2, depth: c.depth - 1, name: fmt.Sprintf("%s.%d", c.name, k), tokens: c.tokens}
	other, err := next.start("exercise-child")
	if err != nil {
		return t, err
	}
	own := call{n: c.n - 1, depth: c.depth - 1, name: c.name, tokens: c.tokens}
	if t, err = shareCall(own, k+1); err != nil {
		other.end()
		return t, err
	}
	rest, err := other.wait()
	t.add(rest)
	t.calls++
	return t, err
}
