package main

import (
	"fmt"
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
)

const (
	rows, columns = 48, 96 // of the picture
	perTick       = 12_000 // iterations that a process does in a tick
)

// runSchedule shows who works on what under a schedule. Real processes compute real rows of the
// picture, but in lockstep: in a tick each may do so many iterations, and the next tick begins when
// all have. So the figure is the same on every machine, however busy.
func runSchedule(f *lockstep.Flags) {
	p := f.Number("p", 4, 1, 9, "how many processes")
	chunk := f.Number("chunk", 2, 1, 48, "rows of a piece; with guided, the least")
	schedule := f.Choice("schedule", "", "how rows are handed out, else each of", schedules...)
	f.Parse()
	steppers := make([]*lockstep.Process, *p)
	for i := range steppers {
		var err error
		steppers[i], err = lockstep.Start(fmt.Sprintf("process %d", i+1), "stepper")
		lockstep.Check(err)
	}
	for _, s := range schedules {
		if *schedule == "" || *schedule == s {
			showSchedule(steppers, s, newHandout(s, rows, *p, int64(*chunk)))
		}
	}
}

// showSchedule draws a lane for each process: a letter for each tick that it works on a piece, a dot
// for each that it waits.
func showSchedule(steppers []*lockstep.Process, schedule string, pieces *handout) {
	lanes := make([]string, len(steppers))
	letter := make([]string, len(steppers)) // of the piece that a process works on
	given, ticks, worked := 0, 0, 0
	for {
		for i, s := range steppers {
			if letter[i] != "" {
				s.Allow("go on")
			} else if piece, ok := pieces.take(i); ok {
				s.Allow(piece.lo, piece.hi)
				letter[i] = string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[given])
				given++
			}
		}
		if strings.Join(letter, "") == "" {
			break
		}
		ticks++
		for i, s := range steppers {
			if letter[i] == "" {
				lanes[i] += "."
				continue
			}
			lanes[i] += letter[i]
			worked++
			answer, err := s.Answer()
			lockstep.Check(err)
			if answer == "done" {
				letter[i] = ""
			}
		}
	}
	lockstep.Say("%s: %d ticks, at work for %d %% of the time", schedule, ticks, 100*worked/(ticks*len(lanes)))
	for i, lane := range lanes {
		lockstep.Say("[process %d] %s", i+1, lane)
	}
}

// stepper takes a piece, and works on it for so long as its ticks allow, pixel after pixel.
func stepper(lockstep.Args) {
	next, end, credit := 0, 0, 0
	for {
		if order := lockstep.Turn(); order != "go on" {
			_, err := fmt.Sscan(order, &next, &end)
			lockstep.Check(err)
			next, end, credit = next*columns, end*columns, 0
		}
		for credit += perTick; credit > 0 && next < end; next++ {
			credit -= 1 + pixel(columns, next%columns, next/columns)
		}
		if next == end {
			lockstep.Done("done")
		} else {
			lockstep.Done("more")
		}
	}
}
