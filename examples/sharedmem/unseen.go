//go:build unix

package main

import "sync"

// runUnseen lets two goroutines count without an atomic, in ordinary memory or in a mapping. Built
// with -race, the program is told about the one, and about the other never: the detector keeps
// its notes for Go's memory only, and a mapping lies outside.
func runUnseen(args []string) error {
	fs := newFlags("unseen")
	heap := fs.Bool("heap", false, "count in ordinary memory instead of a mapping")
	if err := parse(fs, args); err != nil {
		return err
	}
	mem, err := newMemory(4096)
	if err != nil {
		return err
	}
	defer mem.close()
	counter, err := at[uint64](mem.bytes, 0)
	if err != nil {
		return err
	}
	if *heap {
		counter = new(uint64)
	}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range 1000 {
				*counter++ // NOTE: incorrect: a data race
			}
		})
	}
	wg.Wait()
	say("two goroutines added 1 to it 1000 times each")
	return nil
}
