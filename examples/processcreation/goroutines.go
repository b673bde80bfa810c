package main

import (
	"os"
	"sync"
)

// runGoroutines does the work of powers without a second process. The results need no pipe: they
// are in the caller's memory when Wait returns. A panic in either goroutine would end both.
func runGoroutines(args []string) error {
	fs := newFlags("goroutines")
	n := intFlag(fs, "n", 10, -2000000, 2000000, "the number")
	if err := parse(fs, args); err != nil {
		return err
	}
	var square, cube int // each written by one goroutine, read after Wait
	var pids [2]int
	var wg sync.WaitGroup
	wg.Go(func() { square, pids[0] = *n**n, os.Getpid() })
	wg.Go(func() { cube, pids[1] = *n**n**n, os.Getpid() })
	wg.Wait()
	say("the square of %d is %d, its cube %d", *n, square, cube)
	say("both were computed in this process: %t", pids == [2]int{os.Getpid(), os.Getpid()})
	return nil
}
