package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/semaphore"
)

// runGoroutines is the same with goroutines of one process: sync.Mutex for the number, x/sync's
// semaphore for the limit, sync.Once for the set-up, a closed channel for the start signal. If one
// process can do the work, use these; then all live and die together.
func runGoroutines(f *lockstep.Flags) {
	n := f.Number("n", 4, 1, 10000, "how many goroutines")
	rounds := f.Number("rounds", 1000, 1, 100000, "how often each adds 1")
	k := f.Number("k", 3, 1, 10000, "how many may be inside at once")
	f.Parse()
	var (
		mu     sync.Mutex // guards count
		count  int
		once   sync.Once
		setUp  int
		start  = make(chan struct{})
		sem    = semaphore.NewWeighted(int64(*k))
		inside atomic.Int64
		wg     sync.WaitGroup
	)
	for range *n {
		wg.Go(func() {
			<-start
			once.Do(func() { setUp++ })
			lockstep.Check(sem.Acquire(context.Background(), 1))
			defer sem.Release(1)
			if now := inside.Add(1); now > int64(*k) {
				lockstep.Check(fmt.Errorf("%d inside, want at most %d", now, *k))
			}
			for range *rounds {
				mu.Lock()
				count++
				mu.Unlock()
			}
			inside.Add(-1)
		})
	}
	close(start)
	wg.Wait()
	lockstep.Say("%d goroutines add 1 to a number, %d times each: it is %d", *n, *rounds, count)
	lockstep.Say("set up %d times; never more than %d inside", setUp, *k)
}
