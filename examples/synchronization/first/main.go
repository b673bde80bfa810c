// Four goroutines add 1 to the same number, 1000 times each:
// first as they like, and then one at a time.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	fmt.Println("without a lock:", run(add))
	fmt.Println("with a lock:   ", run(addLocked))
}

// A counter is a number, and the lock that guards it.
type counter struct {
	mu     sync.Mutex
	number int
}

// add adds 1 in two steps. Between the two, another goroutine may run.
func add(c *counter) {
	n := c.number
	runtime.Gosched()
	c.number = n + 1 // NOTE: incorrect: what was read may be out of date
}

// addLocked does the same, but only one goroutine can be between Lock and Unlock.
func addLocked(c *counter) {
	c.mu.Lock()
	n := c.number
	runtime.Gosched()
	c.number = n + 1
	c.mu.Unlock()
}

// run has four goroutines call a function 1000 times each, and returns the number.
func run(add func(*counter)) int {
	var c counter
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 1000 {
				add(&c)
			}
		})
	}
	all.Wait()
	return c.number
}
