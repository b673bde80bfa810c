package main

import (
	"errors"
	"fmt"
	"io"
	"sync"
)

// countWords lets the processes count pieces of a file until none is left, and
// merges their tables. The sums come together in any order; for whole numbers
// that makes no difference.
func (c crew) countWords(in *input, job wordJob, yield func(entry)) (totals, error) {
	var sum totals
	pieces := newHandout(job.schedule, in.size, len(c), job.chunk)
	gate := newGate(len(c))
	var mu sync.Mutex // guards sum
	err := c.each(func(i int, w *worker) error {
		if err := w.open(in, job); err != nil {
			return err
		}
		request := func() (p piece, ok bool) {
			if p, ok = pieces.take(i); ok {
				w.send("count %d %d", p.lo, p.hi) // if it cannot, there is no answer either
			}
			return p, ok
		}
		for p, ok := request(); ok; {
			next, more := request() // it lies ready when p is done: no process waits for the parent
			t, err := w.counted(p, job.ranges, gate)
			if err != nil {
				return err
			}
			mu.Lock()
			sum.add(t)
			mu.Unlock()
			p, ok = next, more
		}
		return w.send("table")
	})
	if err != nil {
		return sum, err
	}
	var tables []source
	for _, w := range c {
		tables = append(tables, w.table())
	}
	return sum, merge(tables, yield)
}

// open has a process open the file.
func (w *worker) open(in *input, job wordJob) error {
	const request = "open %q %d %q %d %t"
	return w.order("opened", request, in.name, in.size, job.ends, job.limit, job.halt)
}

// counted returns what a process has counted in a piece.
func (w *worker) counted(p piece, show bool, gate *gate) (totals, error) {
	answer, err := w.answer()
	if err == nil && answer == "half" {
		answer, err = gate.hold(w)
	}
	if err != nil {
		return totals{}, err
	}
	var t totals
	const done = "done %d %d %d %d"
	_, err = fmt.Sscanf(answer, done, &p.lo, &p.hi, &t.lines, &t.words)
	t.bytes = p.hi - p.lo
	if err != nil || answer != fmt.Sprintf(done, p.lo, p.hi, t.lines, t.words) ||
		p.lo < 0 || min(t.lines, t.words) < 0 || max(t.lines, t.words) > t.bytes {
		return totals{}, fmt.Errorf("process %d: answers %.40q, want a count", w.number, answer)
	}
	if show {
		say("[process %d] bytes %d to %d: %d words", w.number, p.lo, p.hi, t.words)
	}
	return t, nil
}

// table is the source of the words a process has counted.
func (w *worker) table() source {
	next := readTable(w.out)
	return func() (entry, error) {
		e, err := next()
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF):
			err = w.fault(err)
		case err != nil && err != io.EOF:
			err = fmt.Errorf("process %d: %w", w.number, err)
		}
		return e, err
	}
}
