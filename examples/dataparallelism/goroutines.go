package main

import (
	"io"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/errgroup"
)

// runGoroutines counts with goroutines of one process. With one of them, the count is serial: what
// all others print must be the same, byte for byte.
func runGoroutines(f *lockstep.Flags) {
	open := textFlag(f)
	p := f.Number("p", 4, 1, 64, "how many goroutines")
	top := f.Number("top", 10, 0, 1_000_000, "how many of the most frequent words to print")
	f.Parse()
	text, size := open()
	sum, err := countInGoroutines(text, newHandout("static", size, *p, 1), *p)
	lockstep.Check(err)
	sum.report(*top)
}

// countInGoroutines has p goroutines count pieces. They share the open file, and each has a table of
// its own: a shared one would need a lock for every word.
func countInGoroutines(text io.ReaderAt, pieces *handout, p int) (tally, error) {
	tallies := make([]tally, p)
	var g errgroup.Group
	for i := range tallies {
		tallies[i] = tally{}
		g.Go(func() error {
			for piece, ok := pieces.take(i); ok; piece, ok = pieces.take(i) {
				t, err := countPiece(text, piece)
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
