package main

import "fmt"

// runSplit computes each number in parts, so that it takes no more than one process's share: nine
// equal numbers over two processes are five and four, unless one of them is divided.
func runSplit(args []string) error {
	fs := newFlags("split")
	depth := intFlag(fs, "depth", 2, 0, 6, "a number is divided into 2 to the power of this")
	run := scheduleFlags(fs, equal, 2)
	if err := parse(fs, args); err != nil {
		return err
	}
	var parts []int
	own := 0 // calls that are replaced by adding up here
	for _, n := range run.numbers() {
		more, inner := divide(n, *depth)
		parts = append(parts, more...)
		own += inner
	}
	title := fmt.Sprintf("split: %s in %s", many(len(run.numbers()), "number", "numbers"),
		many(len(parts), "part", "parts"))
	sum, err := run.schedule(title, parts, longestFirst)
	if err != nil {
		return err
	}
	sum.calls += own
	say("%v", sum)
	return nil
}

// divide returns numbers whose Fibonacci numbers add up to fib(n), and how many calls of fib(n)
// are not among theirs.
func divide(n, depth int) (parts []int, inner int) {
	if n < 2 || depth == 0 {
		return []int{n}, 0
	}
	left, a := divide(n-1, depth-1)
	right, b := divide(n-2, depth-1)
	return append(left, right...), a + b + 1
}
