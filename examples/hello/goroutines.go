package main

import (
	"os"
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
)

// runGoroutines greets from n goroutines. They share one process: one pid, one memory, one fate.
func runGoroutines(f *lockstep.Flags) {
	n := f.Number("n", 4, 1, 10000, "how many goroutines")
	f.Parse()
	var wg sync.WaitGroup
	for i := range *n {
		wg.Go(func() { lockstep.Say("[goroutine %d] hello from pid %d", i+1, os.Getpid()) })
	}
	wg.Wait()
}
