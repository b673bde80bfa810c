package main

import (
	"os"
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
)

// runGoroutines does the work of powers without a second process. The results need no pipe: they
// are in the caller's memory when Wait returns. A panic in either goroutine would end both.
func runGoroutines(f *lockstep.Flags) {
	n := f.Number("n", 10, -2000000, 2000000, "the number")
	f.Parse()
	var square, cube int // each written by one goroutine, read after Wait
	var pids [2]int
	var wg sync.WaitGroup
	wg.Go(func() { square, pids[0] = *n**n, os.Getpid() })
	wg.Go(func() { cube, pids[1] = *n**n**n, os.Getpid() })
	wg.Wait()
	lockstep.Say("the square of %d is %d, its cube %d", *n, square, cube)
	lockstep.Say("both were computed in this process: %t", pids == [2]int{os.Getpid(), os.Getpid()})
}
