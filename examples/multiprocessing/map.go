package main

import (
	"context"
	"errors"
	"iter"
	"os"

	"example.com/lockstep/examples/multiprocessing/pool"
)

// region square
var square = pool.Func("square", func(ctx context.Context, n int) (int, error) {
	if n < 0 {
		dieByKill() // a worker killed from outside, at a moment we can choose
	}
	return n * n, nil
})

// endregion square

// runMap squares the numbers from 0 to n-1 in worker processes.
func runMap(args []string) error {
	fs := newFlags("map")
	n := intFlag(fs, "n", 5, 0, 1_000_000, "how many numbers")
	workers := intFlag(fs, "workers", 2, 1, 64, "how many worker processes")
	kill := intFlag(fs, "kill", -1, -1, 1_000_000, "kill the worker that has this task; -1 is none")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *kill >= *n {
		return usagef("-kill %d: there are only %d tasks", *kill, *n)
	}
	// region map
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(*workers))
	if err != nil {
		return err
	}
	defer p.Close()
	var errs []error
	i := 0
	for sq, err := range square.Map(ctx, p, numbers(*n, *kill)) {
		if err != nil {
			errs = append(errs, err)
		} else {
			say("%d * %d = %d", i, i, sq)
		}
		i++
	}
	// endregion map
	return errors.Join(append(errs, p.Close())...)
}

// numbers yields 0 to n-1, and -1 in the place of bad.
func numbers(n, bad int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if i == bad {
				i = -1
			}
			if !yield(i) {
				return
			}
		}
	}
}

// dieByKill ends this process as SIGKILL would, and is SIGKILL where there are signals.
func dieByKill() {
	if p, err := os.FindProcess(os.Getpid()); err == nil {
		p.Kill()
	}
	select {} // until it has arrived
}
