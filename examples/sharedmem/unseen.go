//go:build unix

package main

import (
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
)

// runUnseen lets two goroutines count without an atomic, in ordinary memory or in a mapping. Built
// with -race, the program is told about the one and never about the other: the detector keeps its
// notes for Go's own memory only, and a mapping lies outside.
func runUnseen(f *lockstep.Flags) {
	heap := f.Bool("heap", false, "count in ordinary memory instead of a mapping")
	f.Parse()
	_, counter := share[uint64]()
	if *heap {
		counter = new(uint64)
	}
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { countPlain(counter, 1000) })
	}
	both.Wait()
	lockstep.Say("two goroutines added 1 to it 1000 times each")
}
