package main

import "example.com/lockstep/examples/hello/lockstep"

// runSplit computes each number in parts, so that it takes no more than one process's share: nine
// equal numbers over two processes are five and four, unless one of them is divided.
func runSplit(f *lockstep.Flags) {
	depth := f.Number("depth", 2, 0, 6, "a number is divided into 2 to the power of this")
	p := f.Number("p", 2, 1, 64, "how many processes")
	f.Parse()
	var parts []int
	inner := 0
	for range 9 {
		more, calls := divide(25, *depth)
		parts = append(parts, more...)
		inner += calls
	}
	lockstep.Say("split: 9 numbers in %s, %s", many(len(parts), "part"), many(*p, "process"))
	lanes, sum, err := deal(startWorkers(*p), inOrder(longestFirst(parts)))
	lockstep.Check(err)
	draw(lanes)
	sum.calls += inner // which are replaced by adding up here
	lockstep.Say("%v", sum)
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
