//go:build unix

package main

import (
	"sync/atomic"

	"example.com/lockstep/examples/hello/lockstep"
)

// A pair is two numbers that belong together: their sum is 1000, always.
type pair struct{ left, right atomic.Uint64 }

// runTorn lets one process read a pair while another one writes it.
func runTorn(f *lockstep.Flags) {
	schedule := f.Schedule("schedule", "WRRW", "WWRR", "who takes the next step: W stores twice, R loads twice")
	f.Parse()
	file, p := share[pair]()
	p.left.Store(300)
	p.right.Store(700)
	writer, err := lockstep.Start("writer", "pair-writer", file)
	lockstep.Check(err)
	reader, err := lockstep.Start("reader", "pair-reader", file)
	lockstep.Check(err)
	for _, letter := range *schedule {
		step(map[rune]*lockstep.Process{'W': writer, 'R': reader}[letter])
	}
	step(reader)
	lockstep.Check(lockstep.WaitAll(writer, reader))
}

func pairWriter(args lockstep.Args) {
	p := mapped[pair](args.File(0))
	storePair(turns{"left", &p.left}, turns{"right", &p.right}, 400, 600)
}

func pairReader(args lockstep.Args) {
	p := mapped[pair](args.File(0))
	l, r := loadPair(turns{"left", &p.left}, turns{"right", &p.right})
	lockstep.Turn()
	lockstep.Done("has %d + %d = %d", l, r, l+r)
}

// storePair stores two numbers that belong together.
func storePair(left, right interface{ Store(uint64) }, l, r uint64) {
	left.Store(l)
	right.Store(r) // NOTE: incorrect: a reader may have come in between
}

// loadPair loads two numbers that belong together.
func loadPair(left, right interface{ Load() uint64 }) (l, r uint64) {
	l = left.Load()
	r = right.Load() // NOTE: incorrect: a writer may have come in between
	return l, r
}
