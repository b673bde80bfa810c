package main

import (
	"os"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/errgroup"
)

// runGoroutines counts with goroutines of one process.
func runGoroutines(f *lockstep.Flags) {
	open := textFlag(f)
	p := f.Number("p", 4, 1, 64, "how many goroutines")
	schedule := f.Choice("schedule", "static", "how pieces are handed out", schedules...)
	chunk := f.Number("chunk", 1<<20, 1, 1<<30, "bytes of a piece; with guided, the least")
	top := f.Number("top", 10, 0, 1_000_000, "how many of the most frequent words to print")
	f.Parse()
	in := open()
	sum, err := countInGoroutines(in.file, in.size, newHandout(*schedule, in.size, *p, int64(*chunk)), *p)
	lockstep.Check(in.check(err))
	sum.report(*top)
}

// countInGoroutines has p goroutines count pieces. They share the open file, and each has a table of
// its own: a shared one would need a lock for every word.
func countInGoroutines(text *os.File, size int64, pieces *handout, p int) (tally, error) {
	tallies := make([]tally, p) // each goroutine writes its own element only
	var g errgroup.Group
	for i := range tallies {
		tallies[i].Counts = map[string]int64{}
		g.Go(func() error {
			for piece, ok := pieces.take(i); ok; piece, ok = pieces.take(i) {
				t, err := countPiece(text, size, piece.lo, piece.hi)
				if err != nil {
					return err
				}
				tallies[i].add(t)
			}
			return nil
		})
	}
	err := g.Wait()
	for _, t := range tallies[1:] {
		tallies[0].add(t)
	}
	return tallies[0], err
}
