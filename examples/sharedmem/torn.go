//go:build unix

package main

import (
	"sync/atomic"
)

// A pair is a record of two numbers that belong together: their sum is 1000, always.
type pair struct{ left, right uint64 }

// runTorn reads a record before, while and after another process writes it.
func runTorn(args []string) error {
	if err := parse(newFlags("torn"), args); err != nil {
		return err
	}
	mem, err := newMemory(4096)
	if err != nil {
		return err
	}
	defer mem.close()
	words, err := at[[2]atomic.Uint64](mem.bytes, 0)
	if err != nil {
		return err
	}
	words[0].Store(300)
	words[1].Store(700)
	read := func() {
		p := pair{words[0].Load(), words[1].Load()}
		say("we read %d + %d = %d", p.left, p.right, p.left+p.right)
	}
	w, err := startWorker(mem, "writer", "torn-child")
	if err != nil {
		return err
	}
	defer w.end()
	read()
	for range 2 {
		if err := w.step(); err != nil {
			return err
		}
		read()
	}
	return w.end()
}

func tornChild(args []string) error {
	mem, err := inherited()
	if err != nil {
		return err
	}
	words, err := at[[2]atomic.Uint64](mem.bytes, 0)
	if err != nil {
		return err
	}
	for i, v := range []uint64{400, 600} { // NOTE: incorrect: two atomics are no atomic record
		if err := turn(); err != nil {
			return err
		}
		words[i].Store(v)
		say("[%s] stores %d", args[0], v)
		if err := done(); err != nil {
			return err
		}
	}
	return nil
}
