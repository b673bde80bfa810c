package main

import (
	"fmt"
	"os"
)

// runForkJoin makes each call a process of its own, down to a depth, below which a process
// computes by itself. How many there will be follows from the depth; no more get a token.
func runForkJoin(args []string) error {
	fs := newFlags("forkjoin")
	n := intFlag(fs, "n", 24, 0, maxN, "compute fib of this")
	depth := intFlag(fs, "depth", 2, 0, 6, "how deep calls are processes")
	kill := fs.String("kill", "", "kill the process of this `name`, such as 1.2, when it has started its calls")
	if err := parse(fs, args); err != nil {
		return err
	}
	root := call{n: *n, depth: *depth, name: "1", doomed: *kill}
	if *kill != "" && !root.has(*kill) {
		return usagef("-kill %q: no process of this name makes calls", *kill)
	}
	size := treeSize(*n, *depth)
	t, left, err := growTree(root, "forkjoin-child", size)
	if err != nil {
		return err
	}
	if t.processes != size || left > 0 {
		return fmt.Errorf("%d processes, and %d tokens left of %d", t.processes, left, size)
	}
	say("fib(%d) = %v", *n, t)
	return nil
}

// growTree starts the first call with so many tokens, and returns what came of it and how many
// tokens are left.
func growTree(c call, role string, tokens int) (t total, left int, err error) {
	if c.tokens, err = newTokens(tokens); err != nil {
		return t, 0, err
	}
	defer c.tokens.Close()
	root, err := c.start(role)
	if err != nil {
		return t, 0, err
	}
	if t, err = root.wait(); err != nil {
		return t, 0, err
	}
	for b := make([]byte, 1); ; left++ {
		if _, err := c.tokens.Read(b); err != nil {
			return t, left, nil
		}
	}
}

// treeSize is how many calls fib(n) makes down to a depth, itself included.
func treeSize(n, depth int) int {
	if n < 2 || depth == 0 {
		return 1
	}
	return 1 + treeSize(n-1, depth-1) + treeSize(n-2, depth-1)
}

func forkJoinChild(args []string) error { return serveCall(args, forkJoin) }

// forkJoin starts both calls before it waits for either.
func forkJoin(c call) (t total, err error) {
	if c.n < 2 || c.depth == 0 {
		if c.name != "" {
			say("[process %s] computes fib(%d)", c.name, c.n)
		}
		t.value, t.calls = fib(c.n)
		t.processes = 1
		return t, nil
	}
	left, err := c.sub(1).start("forkjoin-child")
	if err != nil {
		return t, err
	}
	right, err := c.sub(2).start("forkjoin-child")
	if err != nil {
		left.end()
		return t, err
	}
	c.dieIfDoomed() // for the test
	a, errA := left.wait()
	if errA != nil {
		right.end()
		return t, errA
	}
	b, err := right.wait()
	t.add(a)
	t.add(b)
	t.add(total{result{0, 1}, 1})
	return t, err
}

// sub is the call of fib(n-1) or fib(n-2).
func (c call) sub(less int) call {
	name := c.name
	if name != "" {
		name = fmt.Sprintf("%s.%d", name, less)
	}
	return call{c.n - less, c.depth - 1, name, c.doomed, c.tokens}
}

// has reports whether the call or one below it has this name, and makes calls.
func (c call) has(name string) bool {
	if c.n < 2 || c.depth == 0 {
		return false
	}
	return c.name == name || c.sub(1).has(name) || c.sub(2).has(name)
}

// dieIfDoomed ends this process as a SIGKILL from outside would, if it is the one to be killed.
func (c call) dieIfDoomed() {
	if c.name == "" || c.name != c.doomed {
		return
	}
	if p, err := os.FindProcess(os.Getpid()); err == nil {
		p.Kill()
	}
	select {} // until it has arrived
}
