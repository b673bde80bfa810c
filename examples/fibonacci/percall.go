package main

import (
	"fmt"

	"example.com/lockstep/examples/hello/lockstep"
)

// runPerCall makes every call a process, as it would be if a process cost nothing. A limit that
// the whole tree shares ends it, before the machine does.
func runPerCall(f *lockstep.Flags) {
	n := f.Number("n", 20, 0, maxN, "compute fib of this")
	limit := f.Number("limit", 32, 1, 1024, "how many processes may be started in all")
	f.Parse()
	t, left, err := growTree(*n, *n, *limit, nil) // NOTE: incorrect: a depth that is never used up
	if err != nil && left == 0 {
		err = fmt.Errorf("fib(%d) takes %s, one a call: the limit of %d is reached", *n, many(cost(*n), "process"), *limit)
	}
	lockstep.Check(err)
	lockstep.Say("fib(%d) = %v", *n, t)
}
