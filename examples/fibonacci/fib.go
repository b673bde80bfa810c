package main

import (
	"fmt"
	"strconv"
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
)

// region worker
// worker computes the numbers that it is given, one after the other.
func worker(lockstep.Args) {
	for {
		n, err := strconv.Atoi(lockstep.Turn())
		lockstep.Check(err)
		value, calls := fib(n)
		lockstep.Done("%d %d", value, calls)
	}
}

// fib computes a Fibonacci number the slow way, and counts the calls that it needs. The count is
// returned, not kept in a variable: a variable would be another one in every process.
func fib(n int) (value, calls int) {
	if n < 2 {
		return n, 1
	}
	a, left := fib(n - 1)
	b, right := fib(n - 2)
	return a + b, left + right + 1
}

// endregion worker

func startWorkers(p int) []*lockstep.Process {
	workers := make([]*lockstep.Process, p)
	for i := range workers {
		var err error
		workers[i], err = lockstep.Start(fmt.Sprintf("process %d", i+1), "worker")
		lockstep.Check(err)
	}
	return workers
}

// cost is the number of calls fib takes, known before it is called: 2·fib(n+1) − 1.
func cost(n int) int {
	a, b := 0, 1
	for range n {
		a, b = b, a+b
	}
	return 2*b - 1
}

// A result is what came out, and what it took.
type result struct{ value, calls int }

// add adds what a worker has answered.
func (r *result) add(answer string) {
	var value, calls int
	_, err := fmt.Sscan(answer, &value, &calls)
	lockstep.Check(err)
	r.value += value
	r.calls += calls
}

func (r result) String() string {
	return fmt.Sprintf("the sum: %d, in %s", r.value, many(r.calls, "call"))
}

// many writes a number of things.
func many(n int, thing string) string {
	switch {
	case n == 1:
		return "1 " + thing
	case strings.HasSuffix(thing, "s"):
		return fmt.Sprint(n, " ", thing, "es")
	}
	return fmt.Sprint(n, " ", thing, "s")
}

const (
	maxN    = 50                           // beyond it, fib takes minutes
	unequal = "23,24,26,23,24,26,23,24,27" // every third is long, and the longest is the last
)

// numbersFlag defines a flag that takes the numbers to compute fib of.
func numbersFlag(f *lockstep.Flags) *[]int {
	numbers, _ := parseNumbers(unequal)
	f.Func("numbers", "the `numbers` to compute fib of (default "+unequal+")", func(s string) (err error) {
		numbers, err = parseNumbers(s)
		return err
	})
	return &numbers
}

// parseNumbers reads numbers that are separated by commas.
func parseNumbers(s string) (numbers []int, err error) {
	for field := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(field)
		if err != nil || n < 0 || n > maxN || len(numbers) == 64 {
			return nil, fmt.Errorf("want up to 64 whole numbers from 0 to %d, separated by commas", maxN)
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}
