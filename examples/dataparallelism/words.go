package main

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"os"
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/errgroup"
)

// runWords counts the words of a file with p processes, each of which reads ranges of its lines, and
// prints the most frequent.
func runWords(f *lockstep.Flags) {
	open := textFlag(f)
	p := f.Number("p", 4, 1, 64, "how many processes")
	schedule := f.Choice("schedule", "static", "how pieces are handed out", schedules...)
	chunk := f.Number("chunk", 1<<20, 1, 1<<30, "bytes of a piece; with guided, the least")
	top := f.Number("top", 10, 0, 1_000_000, "how many of the most frequent words to print")
	memory := f.Number("memory", 0, 0, 1<<20, "`MiB` each process may take beyond what it has at its start (Linux); 0 is no limit")
	ranges := f.Bool("ranges", false, "print each range when it has been counted")
	victim := f.Number("kill", 0, 0, 64, "kill this process before it counts; 0 is none")
	f.Parse()
	if *victim > *p {
		lockstep.Usage("-kill %d: there are only %d processes", *victim, *p)
	}
	text, size := open()
	counters := startCounters(text, *p, *memory, *ranges)
	if *victim > 0 {
		counters[*victim-1].Kill() // countIn says how it ended
	}
	sum, err := countIn(counters, newHandout(*schedule, size, *p, int64(*chunk)))
	lockstep.Check(err)
	sum.report(*top)
}

func startCounters(text *os.File, p, memory int, show bool) []*lockstep.Process {
	counters := make([]*lockstep.Process, p)
	for i := range counters {
		var err error
		counters[i], err = lockstep.Start(fmt.Sprintf("process %d", i+1), "counter", text, memory, show)
		lockstep.Check(err)
	}
	return counters
}

// countIn gives each process one piece after the other, and adds up what they have counted. The
// parent sends no text: a piece is two numbers, and each process reads the file by itself.
func countIn(counters []*lockstep.Process, pieces *handout) (tally, error) {
	tallies := make([]tally, len(counters)) // each goroutine writes its own element only
	var g errgroup.Group
	for i, c := range counters {
		g.Go(func() error {
			for piece, ok := pieces.take(i); ok; piece, ok = pieces.take(i) {
				if _, err := c.Step(piece.lo, piece.hi); err != nil {
					return err
				}
			}
			table, err := c.Step("send")
			if err != nil {
				return err
			}
			return gob.NewDecoder(strings.NewReader(table)).Decode(&tallies[i])
		})
	}
	err := g.Wait()
	sum := tally{}
	for _, t := range tallies {
		sum.add(t)
	}
	return sum, err
}

// counter counts the pieces that it is told, in a file that its parent has opened.
func counter(args lockstep.Args) {
	text, show := args.File(0), args[2] == "true"
	if mib := args.Int(1); mib > 0 {
		lockstep.Check(limitMemory(mib))
	}
	sum := tally{}
	for {
		order := lockstep.Turn()
		if order == "send" {
			var table bytes.Buffer
			lockstep.Check(gob.NewEncoder(&table).Encode(sum))
			lockstep.Done("%s", &table)
			sum = tally{}
			continue
		}
		var p piece
		_, err := fmt.Sscan(order, &p.lo, &p.hi)
		lockstep.Check(err)
		t, err := countPiece(text, p)
		lockstep.Check(err)
		if show {
			lockstep.Say("bytes %d to %d: %d words", p.lo, p.hi, t.words())
		}
		sum.add(t)
		lockstep.Done("")
	}
}
