package main

import (
	"strconv"
	"strings"
)

const columns = 60 // from the beginning to the end of the last process

// draw draws a lane for each process: a number where it begins, then = while it is computed. It
// returns when the last one ended, and how many per cent of the time the processes were at work.
func draw(lanes [][]span) (last, share int) {
	work := 0
	last = 1 // of a clock too coarse to show anything
	for _, lane := range lanes {
		for _, s := range lane {
			last = max(last, s.to)
			work += s.to - s.from
		}
	}
	for i, lane := range lanes {
		line := []byte(strings.Repeat(".", columns))
		for _, s := range lane {
			from, to := column(s.from, last), column(s.to, last)
			for at := from; at < to; at++ {
				line[at] = '='
			}
			if name := strconv.Itoa(s.n); to-from > len(name) {
				copy(line[from:], name)
			} else if to > from {
				line[from] = '|' // too short for its number
			}
		}
		say("[process %d] %s", i+1, line)
	}
	return last, (100*work + last*len(lanes)/2) / (last * len(lanes))
}

func column(at, last int) int { return (at*columns + last/2) / last }
