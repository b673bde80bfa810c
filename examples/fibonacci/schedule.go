package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
)

// schedule returns the function that says which number a process gets next. How is the name of a
// variant.
func schedule(how string, numbers []int, p int) (next func(process int) (n int, ok bool)) {
	switch how {
	case "static":
		return inTurn(numbers, p)
	case "longest":
		return inOrder(longestFirst(numbers))
	}
	return inOrder(numbers)
}

// inTurn deals the numbers in advance, in turn, whatever they cost.
func inTurn(numbers []int, p int) (next func(process int) (n int, ok bool)) {
	got := make([]int, p) // how many a process has got
	return func(process int) (n int, ok bool) {
		i := got[process]*p + process
		got[process]++
		if i >= len(numbers) {
			return 0, false
		}
		return numbers[i], true
	}
}

// inOrder gives a process that is free the next number. Where there is none, ok is false.
func inOrder(numbers []int) (next func(process int) (n int, ok bool)) {
	return func(int) (n int, ok bool) {
		if len(numbers) == 0 {
			return 0, false
		}
		n, numbers = numbers[0], numbers[1:]
		return n, true
	}
}

// longestFirst returns the same numbers, sorted. In a queue of them the last ones are short, and
// fill the gaps.
func longestFirst(numbers []int) []int {
	sorted := slices.Sorted(slices.Values(numbers))
	slices.Reverse(sorted)
	return sorted
}

// runSchedule shows who computes what, and who waits, under the schedule of the variant's name.
func runSchedule(f *lockstep.Flags) {
	numbers := numbersFlag(f)
	p := f.Number("p", 3, 1, 64, "how many processes")
	doomed := f.Number("kill", 0, 0, 64, "kill this process before it computes; 0 is none")
	f.Parse()
	if *doomed > *p {
		lockstep.Usage("-kill %d: there are only %d processes", *doomed, *p)
	}
	lockstep.Say("%s: %s, %s", f.Name(), many(len(*numbers), "number"), many(*p, "process"))
	workers := startWorkers(*p)
	if *doomed > 0 {
		workers[*doomed-1].Kill() // deal says how it ended
	}
	lanes, sum, err := deal(workers, schedule(f.Name(), *numbers, *p))
	lockstep.Check(err)
	draw(lanes)
	lockstep.Say("%v", sum)
}

// A span is what a process was at, and when, by a clock that counts calls of fib.
type span struct{ n, from, to int }

// deal gives the workers numbers until there are none left, and returns who computed what.
//
// All workers compute at the same time. But we take their answers in the order in which they would
// come if each call took equally long: who gets which number depends on the costs alone, and not on
// what else this machine is doing.
func deal(workers []*lockstep.Process, next func(process int) (n int, ok bool)) (lanes [][]span, sum result, err error) {
	lanes = make([][]span, len(workers))
	at := map[int]span{} // by worker: what it computes now
	give := func(i, now int) {
		if n, ok := next(i); ok {
			at[i] = span{n, now, now + cost(n)}
			workers[i].Allow(n)
		}
	}
	for i := range workers {
		give(i, 0)
	}
	for len(at) > 0 {
		i := first(at)
		done := at[i]
		answer, err := workers[i].Answer()
		if err != nil {
			return nil, sum, fmt.Errorf("fib(%d): %w", done.n, err)
		}
		sum.add(answer)
		lanes[i] = append(lanes[i], done)
		delete(at, i)
		give(i, done.to)
	}
	return lanes, sum, nil
}

// first returns the worker that is done first.
func first(at map[int]span) int {
	best := -1
	for i, s := range at {
		if best < 0 || s.to < at[best].to || s.to == at[best].to && i < best {
			best = i
		}
	}
	return best
}

// draw draws a lane for each process: a number where it begins, then = while it is computed. A
// column stands for as many calls in one figure as in another, unless it would be too wide.
func draw(lanes [][]span) {
	last, work := 0, 0
	for _, lane := range lanes {
		for _, s := range lane {
			last = max(last, s.to)
			work += s.to - s.from
		}
	}
	perColumn := max(25_000, last/60)
	column := func(calls int) int { return (calls + perColumn/2) / perColumn }
	for i, lane := range lanes {
		line := strings.Repeat(".", column(last))
		for _, s := range lane {
			from, to := column(s.from), column(s.to)
			name := strconv.Itoa(s.n)
			if len(name) >= to-from {
				name = "|" // too short for its number
			}
			line = line[:from] + (name + strings.Repeat("=", to-from))[:to-from] + line[to:]
		}
		lockstep.Say("[process %d] %s", i+1, line)
	}
	lockstep.Say("all done after the time of %s, at work for %d %% of it",
		many(last, "call"), (100*work+last*len(lanes)/2)/max(1, last*len(lanes)))
}
