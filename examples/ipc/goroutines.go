package main

import (
	"fmt"
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
)

// runGoroutines does the same inside one process. A channel carries values, not bytes, and needs no
// frames; close is its end-of-file.
func runGoroutines(f *lockstep.Flags) {
	n := f.Number("n", 3, 1, 1000, "how many items")
	f.Parse()
	items := make(chan string) // no room: each send waits for its receive
	var both sync.WaitGroup
	both.Go(func() {
		defer close(items)
		for i := range *n {
			lockstep.Say("[producer] sends item %d", i+1)
			items <- fmt.Sprint("item ", i+1)
		}
	})
	both.Go(func() {
		for item := range items {
			lockstep.Say("[consumer] gets %s", item)
		}
		lockstep.Say("[consumer] finds the channel closed")
	})
	both.Wait()
}
