package main

import (
	"fmt"
	"strings"
	"sync"
)

// runReduce adds up 1 … n. Each goroutine adds its part; then half of them pass theirs on to the
// other half, until one has it all: rounds grow with the logarithm of p.
func runReduce(args []string) error {
	fs := newFlags("reduce")
	n := intFlag(fs, "n", 1_000_000, 1, 1_000_000_000, "add up the numbers up to it")
	p := intFlag(fs, "p", 8, 1, 64, "how many goroutines")
	if err := parse(fs, args); err != nil {
		return err
	}
	sum, rounds := reduce(*p, func(i int) int {
		lo, hi := part(i, *p, *n)
		return (hi - lo) * (lo + 1 + hi) / 2
	})
	for i, pairs := range rounds {
		say("round %d: %s", i+1, strings.Join(pairs, " "))
	}
	say("%d rounds, sum %d", len(rounds), sum)
	return nil
}

// reduce returns the sum of term(0) … term(p-1), and who added whose sum in which round.
func reduce(p int, term func(i int) int) (sum int, rounds [][]string) {
	for step := 1; step < p; step *= 2 {
		rounds = append(rounds, make([]string, (p-step-1)/(2*step)+1)) // its pairs
	}
	sums := make([]chan int, p)
	for i := range sums {
		sums[i] = make(chan int, 1)
	}
	var all sync.WaitGroup
	for i := range p {
		all.Go(func() {
			mine := term(i)
			// Those with a number that the step divides go on; each takes over its neighbour's.
			for round, step := 0, 1; step < p && i%(2*step) == 0; round, step = round+1, 2*step {
				if i+step < p { // else there is no neighbour
					mine += <-sums[i+step]
					rounds[round][i/(2*step)] = fmt.Sprintf("%d+%d", i, i+step)
				}
			}
			sums[i] <- mine
		})
	}
	all.Wait()
	return <-sums[0], rounds
}
