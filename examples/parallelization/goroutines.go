package main

import "sync"

func runGoroutines(args []string) error { return addCommand("goroutines", args) }

func addByGoroutines(n, p int, m *meter) (string, error) {
	v := newVectors(make([]float32, 3*n))
	v.addByGoroutines(p)
	m.additions.Add(int64(n))
	return v.checksum(), nil
}

// addByGoroutines gives each goroutine its own slices of the same memory. Nothing is sent, and
// nothing is locked: no two of them touch the same element.
func (v vectors) addByGoroutines(p int) {
	var all sync.WaitGroup
	for i := range p {
		lo, hi := part(i, p, len(v.sum))
		all.Go(func() { v.slice(lo, hi).add() })
	}
	all.Wait()
}
