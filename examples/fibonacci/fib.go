package main

import (
	"flag"
	"fmt"
	"strconv"
	"strings"
)

// fib computes a Fibonacci number the slow way, and counts the calls that takes. The count is
// returned, not kept in a variable: a variable would be another one in every process.
func fib(n int) (value, calls int) {
	if n < 2 {
		return n, 1
	}
	a, left := fib(n - 1)
	b, right := fib(n - 2)
	return a + b, left + right + 1
}

// cost is the number of calls fib takes, known before it is called: 2·fib(n+1) − 1.
func cost(n int) int {
	a, b := 0, 1
	for range n {
		a, b = b, a+b
	}
	return 2*b - 1
}

const (
	maxN       = 50 // beyond it, fib takes minutes
	maxNumbers = 64
	unequal    = "23,24,26,23,24,26,23,24,27" // every third is long, and the longest is the last
	equal      = "25,25,25,25,25,25,25,25,25"
)

// parseNumbers reads numbers that are separated by commas.
func parseNumbers(s string) ([]int, error) {
	fields := strings.Split(s, ",")
	if len(fields) > maxNumbers {
		return nil, fmt.Errorf("want at most %d numbers", maxNumbers)
	}
	numbers := make([]int, len(fields))
	for i, field := range fields {
		n, err := strconv.Atoi(field)
		if err != nil || n < 0 || n > maxN {
			return nil, fmt.Errorf("want whole numbers from 0 to %d, separated by commas", maxN)
		}
		numbers[i] = n
	}
	return numbers, nil
}

// numbersFlag defines a flag that takes numbers.
func numbersFlag(fs *flag.FlagSet, value string) *[]int {
	numbers, err := parseNumbers(value)
	if err != nil {
		panic(err)
	}
	fs.Func("numbers", "the `numbers` to compute fib of (default "+value+")", func(s string) error {
		list, err := parseNumbers(s)
		if err == nil {
			numbers = list
		}
		return err
	})
	return &numbers
}

// A result is what came out, and what it took.
type result struct{ value, calls int }

func (r *result) add(other result) { r.value += other.value; r.calls += other.calls }

// many writes a number of things.
func many(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", more)
}

func (r result) String() string {
	return fmt.Sprintf("the sum: %d, in %s", r.value, many(r.calls, "call", "calls"))
}
