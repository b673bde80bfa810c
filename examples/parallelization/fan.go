package main

import "sync"

// runFan counts primes. Fan-out: several goroutines take pieces from one channel. Fan-in: they
// put what they have found into one channel.
func runFan(args []string) error {
	fs := newFlags("fan")
	n := intFlag(fs, "n", 100_000, 2, 10_000_000, "count the primes below it")
	p := intFlag(fs, "p", 4, 1, 64, "how many goroutines count")
	size := intFlag(fs, "piece", 10_000, 1, 10_000_000, "how many numbers a piece has")
	if err := parse(fs, args); err != nil {
		return err
	}
	primes, pieces := 0, 0
	for found := range fanIn(fanOut(*n, *size), *p, countPrimes) {
		primes += found
		pieces++
	}
	say("%d primes below %d, in %d pieces", primes, *n, pieces)
	return nil
}

type span struct{ lo, hi int }

// fanOut hands out pieces of 0 … n. Whoever is free takes the next.
func fanOut(n, size int) <-chan span {
	out := make(chan span)
	go func() {
		defer close(out) // tells the receivers that there is no more
		for lo := 0; lo < n; lo += size {
			out <- span{lo, min(lo+size, n)}
		}
	}()
	return out
}

// fanIn lets p goroutines work, and closes its channel when the last of them is done.
func fanIn[T, R any](in <-chan T, p int, work func(T) R) <-chan R {
	out := make(chan R)
	var all sync.WaitGroup
	for range p {
		all.Go(func() {
			for v := range in {
				out <- work(v)
			}
		})
	}
	go func() { all.Wait(); close(out) }()
	return out
}

func countPrimes(s span) int {
	primes := 0
numbers:
	for k := max(s.lo, 2); k < s.hi; k++ {
		for d := 2; d*d <= k; d++ {
			if k%d == 0 {
				continue numbers
			}
		}
		primes++
	}
	return primes
}
