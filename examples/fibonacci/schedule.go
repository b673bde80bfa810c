package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
)

// A schedule is a function that says which number a process gets next; ok is false if there is none
// for it. There are three.

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

// inOrder gives a process that is free the next number.
func inOrder(numbers []int, p int) (next func(process int) (n int, ok bool)) {
	return func(int) (n int, ok bool) {
		if len(numbers) == 0 {
			return 0, false
		}
		n, numbers = numbers[0], numbers[1:]
		return n, true
	}
}

// longestFirst gives a process that is free the longest number that is left. So the last ones are
// short, and fill the gaps.
func longestFirst(numbers []int, p int) (next func(process int) (n int, ok bool)) {
	sorted := slices.Clone(numbers)
	slices.Sort(sorted)
	slices.Reverse(sorted)
	return inOrder(sorted, p)
}

// schedule makes a variant of a way to give numbers to processes.
func schedule(share func(numbers []int, p int) func(int) (int, bool)) func(*lockstep.Flags) {
	return func(f *lockstep.Flags) {
		numbers := numbersFlag(f)
		p := f.Number("p", 3, 1, 64, "how many processes")
		doomed := f.Number("kill", 0, 0, 64, "kill this process before it computes; 0 is none")
		f.Parse()
		if n := min(*p, len(*numbers)); *doomed > n {
			lockstep.Usage("-kill %d: only %s", *doomed, many(n, "process")+" can get a number")
		}
		lockstep.Say("%s: %s, %s", f.Name(), many(len(*numbers), "number"), many(*p, "process"))
		workers := startWorkers(*p)
		if *doomed > 0 {
			workers[*doomed-1].Kill() // deal says how it ended
		}
		lanes, sum, err := deal(workers, share(*numbers, *p))
		lockstep.Check(err)
		draw(lanes)
		lockstep.Say("%v", sum)
	}
}

func startWorkers(p int, env ...string) []*lockstep.Process {
	workers := make([]*lockstep.Process, p)
	for i := range workers {
		workers[i] = lockstep.Command(fmt.Sprintf("process %d", i+1), "worker")
		workers[i].Cmd.Env = append(workers[i].Cmd.Environ(), env...)
		lockstep.Check(workers[i].Start())
	}
	return workers
}

// worker computes the numbers that it is given, one after the other.
func worker(lockstep.Args) {
	for {
		n, err := strconv.Atoi(lockstep.Turn())
		lockstep.Check(err)
		value, calls := fib(n)
		lockstep.Done("%d %d", value, calls)
	}
}

// answer waits for what a worker has computed.
func answer(worker *lockstep.Process, n int) (r result, err error) {
	line, err := worker.Answer()
	if err == nil {
		_, err = fmt.Sscanf(line, "%d %d", &r.value, &r.calls)
	}
	if err == nil && r.calls != cost(n) {
		err = fmt.Errorf("%d calls, want %d", r.calls, cost(n))
	}
	if err != nil {
		err = fmt.Errorf("fib(%d): %w", n, err)
	}
	return r, err
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
		r, err := answer(workers[i], done.n)
		if err != nil {
			return nil, sum, err
		}
		sum.add(r)
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
		line := []byte(strings.Repeat(".", column(last)))
		for _, s := range lane {
			bar := line[column(s.from):column(s.to)]
			for at := range bar {
				bar[at] = '='
			}
			if name := strconv.Itoa(s.n); len(name) < len(bar) {
				copy(bar, name)
			} else {
				copy(bar, "|") // too short for its number
			}
		}
		lockstep.Say("[process %d] %s", i+1, line)
	}
	lockstep.Say("all done after the time of %s, at work for %d %% of it",
		many(last, "call"), (100*work+last*len(lanes)/2)/max(1, last*len(lanes)))
}
