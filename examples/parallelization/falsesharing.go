package main

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"example.com/lockstep/examples/hello/lockstep"
)

// runFalseSharing lets each goroutine count in a counter of its own.
func runFalseSharing(f *lockstep.Flags) {
	p := f.Number("p", 4, 1, 8, "how many goroutines")
	n := f.Number("n", 100_000, 1, 10_000_000, "how far each of them counts")
	apart := f.Bool("apart", false, "give each counter a line of the cache")
	f.Parse()
	counters := neighbours(*p)
	if *apart {
		counters = apartFromOthers(*p)
	}
	var all sync.WaitGroup
	for _, c := range counters {
		all.Go(func() { count(c, *n) })
	}
	all.Wait()
	lines, sum := map[uintptr]bool{}, int64(0)
	for _, c := range counters {
		lines[uintptr(unsafe.Pointer(c))/line] = true
		sum += c.Load()
	}
	lockstep.Say("counters: %d, lines of the cache: %d, counted together: %d", *p, len(lines), sum)
}

func count(c *atomic.Int64, n int) {
	for range n {
		c.Add(1)
	}
}

// line is how many bytes most processors fetch and own at a time.
const line = 64

// neighbours returns p counters that lie side by side.
func neighbours(p int) []*atomic.Int64 {
	counters := make([]*atomic.Int64, p)
	memory := make([]atomic.Int64, 8) // NOTE: incorrect: 8 counters of 8 bytes are one line
	for i := range counters {
		counters[i] = &memory[i]
	}
	return counters
}

// apartFromOthers returns p counters that lie in lines of their own.
func apartFromOthers(p int) []*atomic.Int64 {
	counters := make([]*atomic.Int64, p)
	memory := make([][8]atomic.Int64, p) // the first of each eight is used
	for i := range counters {
		counters[i] = &memory[i][0]
	}
	return counters
}
