package main

import (
	"os"
	"sync"
)

// runGoroutines greets from n goroutines. They share one process: one pid, one memory, one fate.
func runGoroutines(args []string) error {
	fs := newFlags("goroutines")
	n := intFlag(fs, "n", 4, 1, 10000, "how many goroutines")
	if err := parse(fs, args); err != nil {
		return err
	}
	var wg sync.WaitGroup
	for i := range *n {
		wg.Go(func() { say("[goroutine %d] hello from pid %d", i+1, os.Getpid()) })
	}
	wg.Wait()
	return nil
}
