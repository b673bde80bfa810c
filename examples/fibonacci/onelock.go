package main

import (
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
)

// runOneLock computes with threads as a Python program does: whoever computes holds the lock of
// the interpreter, gives it back after a while, and queues up for it again.
func runOneLock(f *lockstep.Flags) {
	n := f.Number("n", 20, 8, maxN, "each thread computes fib of this")
	threads := f.Number("threads", 9, 1, 64, "how many threads")
	free := f.Bool("free", false, "without the lock")
	f.Parse()
	var sum result
	var most int
	if *free {
		var all sync.WaitGroup
		all.Add(*threads)
		sum, most = computeInThreads(*n, *threads, noLock{}, func() { all.Done(); all.Wait() })
	} else {
		// NOTE: incorrect: all that there is to compute is done under one lock
		sum, most = computeInThreads(*n, *threads, new(sync.Mutex), func() {})
	}
	lockstep.Say("%s, at most %d at work at any time", many(*threads, "thread"), most)
	lockstep.Say("%v", sum)
}

type noLock struct{}

func (noLock) Lock()   {}
func (noLock) Unlock() {}

// computeInThreads computes fib(n) in each of the threads, a part at a time, holding the lock. It
// returns the sum, and how many held it at once. Holding it for the first time, they call meet,
// which may wait for the others: under a lock that works, that would be for ever.
func computeInThreads(n, threads int, lock sync.Locker, meet func()) (sum result, most int) {
	parts, inner := divide(n, 3)
	var mu sync.Mutex // guards at, most and sum
	at := 0
	count := func(change int, r result) {
		mu.Lock()
		defer mu.Unlock()
		at += change
		most = max(most, at)
		sum.add(r)
	}
	var all sync.WaitGroup
	for range threads {
		all.Go(func() {
			for i, part := range parts {
				lock.Lock()
				count(1, result{})
				if i == 0 {
					meet()
				}
				value, calls := fib(part)
				count(-1, result{value, calls})
				lock.Unlock()
			}
			count(0, result{0, inner})
		})
	}
	all.Wait()
	return sum, most
}
