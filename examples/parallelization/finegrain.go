package main

import (
	"sync/atomic"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/errgroup"
)

// runFineGrain lets processes do pieces, and asks for each of them.
func runFineGrain(f *lockstep.Flags) {
	n := f.Number("n", 1000, 1, 10_000, "how many numbers are added")
	p := f.Number("p", 4, 1, 64, "how many processes")
	// NOTE: incorrect: with a grain of 1, each number takes two messages.
	grain := f.Number("grain", 1, 1, 10_000, "for how many numbers a request is")
	f.Parse()
	v, memory := sharedVectors(*n)
	workers := startWorkers(*p, memory, "add")
	lockstep.Check(askPieces(workers, *n, *grain))
	lockstep.Check(lockstep.EndAll(workers...))
	lockstep.Say("%d requests for %d results, checksum %s", did.requests.Load(), *n, v.checksum())
}

// askPieces gives each worker that is free the next piece.
func askPieces(workers []*lockstep.Process, n, grain int) error {
	var next atomic.Int64
	var all errgroup.Group
	for _, w := range workers {
		all.Go(func() error {
			for {
				hi := int(next.Add(int64(grain)))
				lo := hi - grain
				if lo >= n {
					return nil
				}
				w.Allow(lo, min(hi, n))
				if err := finished(w.Answer()); err != nil {
					return err
				}
			}
		})
	}
	return all.Wait()
}
