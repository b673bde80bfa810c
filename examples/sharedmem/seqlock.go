//go:build unix

package main

import (
	"strings"
	"sync/atomic"

	"example.com/lockstep/examples/hello/lockstep"
)

// A record is a pair with a sequence number, which is odd while the pair is being written.
type record struct{ seq, left, right atomic.Uint64 }

// runSeqlock lets one process read a record while another one writes it. When the schedule is used
// up, the reader goes on until it has a pair.
func runSeqlock(f *lockstep.Flags) {
	schedule := f.Schedule("schedule", "WWRRRRWW", "WWWWRRRR", "who takes the next step: W needs four, R four for each try")
	kill := f.Bool("kill", false, "kill the writer after its second step; the reader tries twice")
	f.Parse()
	file, rec := share[record]()
	rec.left.Store(300)
	rec.right.Store(700)
	writer, err := lockstep.Start("writer", "record-writer", file)
	lockstep.Check(err)
	reader, err := lockstep.Start("reader", "record-reader", file)
	lockstep.Check(err)
	if *kill {
		*schedule = "WWRRRRRRRR"
	}
	for _, letter := range *schedule {
		step(map[rune]*lockstep.Process{'W': writer, 'R': reader}[letter])
	}
	if *kill {
		writer.Kill() // Wait says how it ended
		lockstep.Check(reader.End())
	}
	lockstep.Check(writer.Wait())
	for !strings.HasPrefix(step(reader), "has") { // at most one more try, which nobody disturbs
	}
	lockstep.Check(reader.Wait())
}

func recordWriter(args lockstep.Args) {
	rec := mapped[record](args.File(0))
	storeRecord(turns{"seq", &rec.seq}, turns{"left", &rec.left}, turns{"right", &rec.right}, 400, 600)
}

func recordReader(args lockstep.Args) {
	rec := mapped[record](args.File(0))
	l, r, tries := loadRecord(turns{"seq", &rec.seq}, turns{"left", &rec.left}, turns{"right", &rec.right})
	lockstep.Turn()
	lockstep.Done("has %d + %d = %d, tries: %d", l, r, l+r, tries)
}

// storeRecord stores two numbers that belong together. There is one writer, and it never waits.
func storeRecord(seq interface{ Add(uint64) uint64 }, left, right interface{ Store(uint64) }, l, r uint64) {
	seq.Add(1) // odd: a write has begun
	left.Store(l)
	right.Store(r)
	seq.Add(1) // even: it is complete
}

// loadRecord loads two numbers that belong together, and says how often it had to try. Readers
// store nothing, so any number of them disturb nobody.
func loadRecord(seq, left, right interface{ Load() uint64 }) (l, r uint64, tries int) {
	for {
		tries++
		before := seq.Load()
		l, r = left.Load(), right.Load()
		if after := seq.Load(); before == after && after%2 == 0 {
			return l, r, tries
		}
	}
}
