package main

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// runGoroutines is the same with goroutines of one process: sync.Mutex for the number, x/sync's
// semaphore for the limit, sync.Once for the set-up, a closed channel for the start signal. Who
// can put the work into one process takes these; then all live and die together.
func runGoroutines(args []string) error {
	fs := newFlags("goroutines")
	n := intFlag(fs, "n", 4, 1, 10000, "how many goroutines")
	rounds := intFlag(fs, "rounds", 1000, 1, 100000, "how often each adds 1")
	k := intFlag(fs, "k", 3, 1, 10000, "how many may be inside at once")
	if err := parse(fs, args); err != nil {
		return err
	}
	var (
		mu     sync.Mutex // guards count
		count  int
		once   sync.Once
		setUp  int
		start  = make(chan struct{})
		sem    = semaphore.NewWeighted(int64(*k))
		inside atomic.Int64
		most   atomic.Int64
		wg     sync.WaitGroup
		failed atomic.Pointer[error]
	)
	for range *n {
		wg.Go(func() {
			<-start
			once.Do(func() { setUp++ })
			if err := sem.Acquire(context.Background(), 1); err != nil {
				failed.Store(&err)
				return
			}
			defer sem.Release(1)
			now := inside.Add(1)
			for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
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
	if err := failed.Load(); err != nil {
		return *err
	}
	if most.Load() > int64(*k) {
		return errors.New("too many inside")
	}
	say("%d goroutines add 1 to a number, %d times each: it is %d", *n, *rounds, count)
	say("set up %d times; never more than %d inside", setUp, *k)
	return nil
}
