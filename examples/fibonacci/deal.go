package main

import (
	"fmt"
	"time"
)

// A span is what a process was at, and when: in calls, or in nanoseconds.
type span struct{ n, from, to int }

type answer struct {
	process int // its index
	result  result
	err     error
}

// deal gives the processes numbers, as next says, until there are none, and waits for the answers.
//
// The clock counts calls unless it is to be the real one: the answers are taken in the order in
// which they come when all processes are equally fast. They compute in parallel all the same, but
// who gets what then depends on nothing else that this machine may be doing.
func deal(c crew, next source, real bool) (lanes [][]span, sum result, err error) {
	lanes = make([][]span, len(c))
	answers := make(chan answer, len(c)) // room for all: none is kept waiting if we leave early
	at := make(map[int]span)             // what a process is at
	begin := time.Now()
	give := func(process, now int) {
		n, ok := next(process)
		if !ok {
			return
		}
		at[process] = span{n, now, now + cost(n)}
		go func() {
			r, err := c[process].fib(n)
			answers <- answer{process, r, err}
		}()
	}
	for process := range c {
		give(process, 0)
	}
	early := make(map[int]answer) // answers whose turn has not come
	for len(at) > 0 {
		a, came := early[first(at)]
		if real || !came {
			a = <-answers
		}
		if a.err != nil {
			return nil, sum, a.err
		}
		if !real && a.process != first(at) {
			early[a.process] = a
			continue
		}
		delete(early, a.process)
		done := at[a.process]
		delete(at, a.process)
		if a.result.calls != cost(done.n) {
			return nil, sum, fmt.Errorf("process %d: fib(%d) in %d calls: want %d",
				a.process+1, done.n, a.result.calls, cost(done.n))
		}
		if real {
			done.to = int(time.Since(begin))
		}
		lanes[a.process] = append(lanes[a.process], done)
		sum.add(a.result)
		give(a.process, done.to)
	}
	return lanes, sum, nil
}

// first returns who is done first by the clock that counts calls.
func first(at map[int]span) int {
	best := -1
	for process, s := range at {
		if best < 0 || s.to < at[best].to || s.to == at[best].to && process < best {
			best = process
		}
	}
	return best
}
