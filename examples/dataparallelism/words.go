package main

import (
	"context"
	"encoding/gob"
	"fmt"
	"os"

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
	in := open()
	counters, err := startCounters(context.Background(), in.file, *p, *memory, *ranges)
	lockstep.Check(err)
	if *victim > 0 {
		counters[*victim-1].process.Kill() // countIn says how it ended
	}
	sum, err := countIn(counters, newHandout(*schedule, in.size, *p, int64(*chunk)), in.size)
	lockstep.Check(in.check(err))
	sum.report(*top)
}

// A counterProcess counts pieces, and at the end sends its tally down a pipe.
type counterProcess struct {
	process *lockstep.Process
	tally   *os.File
}

func startCounters(ctx context.Context, text *os.File, p, memory int, show bool) (counters []counterProcess, err error) {
	for i := range p {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		process, err := lockstep.StartContext(ctx, fmt.Sprintf("process %d", i+1), "counter", text, w, memory, show)
		w.Close() // the process has its own; ours would hide its death
		if err != nil {
			return nil, err
		}
		counters = append(counters, counterProcess{process, r})
	}
	return counters, nil
}

// countIn gives each process one piece after the other, and adds up what they have counted. The
// parent sends no text: a piece is two numbers, and each process reads the file by itself.
func countIn(counters []counterProcess, pieces *handout, size int64) (sum tally, err error) {
	tallies := make([]tally, len(counters)) // each goroutine writes its own element only
	var g errgroup.Group
	for i, c := range counters {
		g.Go(func() error {
			for piece, ok := pieces.take(i); ok; piece, ok = pieces.take(i) {
				if _, err := c.process.Step(piece.lo, size, piece.hi); err != nil {
					return err
				}
			}
			c.process.Allow("send")
			if err := gob.NewDecoder(c.tally).Decode(&tallies[i]); err != nil {
				return fmt.Errorf("%s: its tally: %w", c.process.Name, err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return sum, err
	}
	sum.Counts = map[string]int64{}
	for _, t := range tallies {
		sum.add(t)
	}
	return sum, nil
}

// counter counts the pieces that it is told, in a file that its parent has opened.
func counter(args lockstep.Args) {
	text, show := args.File(0), args[3] == "true"
	if mib := args.Int(2); mib > 0 {
		lockstep.Check(limitMemory(mib))
	}
	sum := tally{Counts: map[string]int64{}}
	for {
		order := lockstep.Turn()
		if order == "send" {
			lockstep.Check(gob.NewEncoder(args.File(1)).Encode(sum))
			sum = tally{Counts: map[string]int64{}}
			continue
		}
		var lo, size, hi int64
		_, err := fmt.Sscan(order, &lo, &size, &hi)
		lockstep.Check(err)
		t, err := countPiece(text, size, lo, hi)
		lockstep.Check(err)
		if show {
			lockstep.Say("bytes %d to %d: %d words", lo, hi, t.Words)
		}
		sum.add(t)
		lockstep.Done("%d words", t.Words)
	}
}

// countPiece counts the lines that begin in a piece.
func countPiece(text *os.File, size, lo, hi int64) (t tally, err error) {
	if lo, err = cut(text, size, lo); err != nil {
		return t, err
	}
	if hi, err = cut(text, size, hi); err != nil {
		return t, err
	}
	return countRange(text, lo, hi)
}
