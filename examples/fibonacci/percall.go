package main

import "fmt"

// runPerCall makes every call a process, as it would be if a process cost nothing. A limit that
// the whole tree shares ends it, before the machine does.
func runPerCall(args []string) error {
	fs := newFlags("percall")
	n := intFlag(fs, "n", 20, 0, maxN, "compute fib of this")
	limit := intFlag(fs, "limit", 32, 1, 1024, "how many processes may be started in all")
	if err := parse(fs, args); err != nil {
		return err
	}
	// NOTE: incorrect: a depth that is never used up, and twice as many processes with each call
	t, _, err := growTree(call{n: *n, depth: *n}, "forkjoin-child", *limit)
	if err == errLimit {
		return fmt.Errorf("fib(%d) takes %s, one a call: the limit of %d is reached",
			*n, many(cost(*n), "process", "processes"), *limit)
	}
	if err != nil {
		return err
	}
	say("fib(%d) = %v", *n, t)
	return nil
}
