package main

import (
	"io"
	"iter"
	"sync"

	"golang.org/x/sync/errgroup"
)

// runGoroutines counts with goroutines of one process. They share the open file,
// each has a table of its own: a shared one would need a lock for every word.
func runGoroutines(args []string) error {
	fs := newFlags("goroutines")
	flags := newWordFlags(fs)
	if err := parse(fs, args); err != nil {
		return err
	}
	job, err := flags.job()
	if err != nil {
		return err
	}
	in, err := openInput(*flags.in)
	if err != nil {
		return err
	}
	defer in.close()
	best := ranking{keep: *flags.top}
	sum, err := countInGoroutines(in, job, best.add)
	if err := in.checked(err); err != nil {
		return err
	}
	best.print(sum)
	return nil
}

func countInGoroutines(in *input, job wordJob, yield func(entry)) (totals, error) {
	var sum totals
	pieces := newHandout(job.schedule, in.size, job.p, job.chunk)
	tables := make([]source, job.p) // each goroutine sets its own
	var mu sync.Mutex               // guards sum
	var g errgroup.Group
	for i := range tables {
		g.Go(func() error {
			c := newCounter(job.limit)
			for p, ok := pieces.take(i); ok; p, ok = pieces.take(i) {
				t, err := c.countPiece(in, p, job.ends)
				if err != nil {
					return explain(err, job.limit)
				}
				mu.Lock()
				sum.add(t)
				mu.Unlock()
			}
			tables[i] = sourceOf(c.table.sorted())
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return sum, err
	}
	return sum, merge(tables, yield)
}

// countPiece counts the lines that begin in p.
func (c *counter) countPiece(in *input, p piece, ends string) (totals, error) {
	lo, err := c.cut(in.file, in.size, p.lo, ends)
	if err != nil {
		return totals{}, err
	}
	hi, err := c.cut(in.file, in.size, p.hi, ends)
	if err != nil {
		return totals{}, err
	}
	return c.count(in.file, lo, hi)
}

// sourceOf makes a source of a table that is not sent.
func sourceOf(words iter.Seq2[string, uint64]) source {
	next, _ := iter.Pull2(words) // merge reads it to its end, after which nothing is to be stopped
	return func() (entry, error) {
		word, n, ok := next()
		if !ok {
			return entry{}, io.EOF
		}
		return entry{word, n}, nil
	}
}
