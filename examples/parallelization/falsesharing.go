package main

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// line is how many bytes a processor fetches and owns at a time, on most processors.
const line = 64

// runFalseSharing lets each goroutine count in a counter of its own.
func runFalseSharing(args []string) error {
	fs := newFlags("falsesharing")
	p := intFlag(fs, "p", 4, 1, 64, "how many goroutines")
	n := intFlag(fs, "n", 100_000, 1, 1_000_000_000, "how far each counts")
	// NOTE: incorrect: neighbours in memory are in one line of the cache, and a processor that
	// writes to its counter takes the line away from the others. The result is right, only late.
	stride := intFlag(fs, "stride", 8, 8, 4096, "bytes from one counter to the next, a multiple of 8")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *stride%8 != 0 {
		return usagef("-stride %d: want a multiple of 8", *stride)
	}
	counters := newCounters(*p, *stride)
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
	say("%d counters, %d bytes apart, lines of the cache: %d, together %d",
		*p, *stride, len(lines), sum)
	return nil
}

// newCounters returns p counters, stride bytes apart, the first at the beginning of a line.
func newCounters(p, stride int) []*atomic.Int64 {
	memory := make([]atomic.Int64, (p*stride+line)/8)
	first := 0
	for uintptr(unsafe.Pointer(&memory[first]))%line != 0 {
		first++
	}
	counters := make([]*atomic.Int64, p)
	for i := range counters {
		counters[i] = &memory[first+i*stride/8]
	}
	return counters
}

func count(c *atomic.Int64, n int) {
	for range n {
		c.Add(1)
	}
}
