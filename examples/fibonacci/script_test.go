package main

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/internal/script"
)

func TestMain(m *testing.M)          { program().Play(); script.Main(m, "fibonacci", main) }
func TestScripts(t *testing.T)       { script.Run(t, "fibonacci") }
func TestNothingIsLeft(t *testing.T) { script.NothingIsLeft(t, nil) }
func TestSweep(t *testing.T) {
	script.Sweep(t, script.SweepExcept("forkjoin/flag -n 50", "to compute fib of this takes minutes"))
}

// Neither the schedule nor the number of processes changes the sum or the number of calls. A schedule
// ends when a simulation without processes says that it ends.
func TestSameForAnyNumberOfProcesses(t *testing.T) {
	numbers := []int{15, 20, 0, 18, 1, 19, 17, 2, 16, 20, 12}
	want := computeSerially(numbers)
	for p := 1; p <= 9; p++ {
		t.Run(fmt.Sprintf("p=%d", p), func(t *testing.T) {
			t.Parallel()
			workers := startWorkers(p)
			defer lockstep.EndAll(workers...)
			for _, how := range []string{"longest", "queue", "static"} {
				lanes, sum, err := deal(workers, schedule(how, numbers, p))
				if err != nil || sum != want {
					t.Errorf("%s: %v, %v: want %v", how, sum, err, want)
				}
				last := 0
				for _, lane := range lanes {
					for _, s := range lane {
						last = max(last, s.to)
					}
				}
				if simulated := simulate(schedule(how, numbers, p), p); last != simulated {
					t.Errorf("%s: done after %d calls: want %d", how, last, simulated)
				}
			}
			if answers, err := compute(workers, numbers); addUp(answers) != want || err != nil {
				t.Errorf("compute: %v, %v: want %v", answers, err, want)
			}
			if sum := computeInGoroutines(numbers, p); sum != want {
				t.Errorf("goroutines: %v: want %v", sum, want)
			}
		})
	}
}

func computeSerially(numbers []int) (sum result) {
	for _, n := range numbers {
		value, calls := fib(n)
		sum = result{sum.value + value, sum.calls + calls}
	}
	return sum
}

func addUp(answers []string) (sum result) {
	for _, answer := range answers {
		sum.add(answer)
	}
	return sum
}

// simulate returns when a schedule ends, without processes: who is free first gets the next.
func simulate(next func(int) (int, bool), p int) (last int) {
	free := make([]int, p)
	for busy := p; busy > 0; {
		i := slices.Index(free, slices.Min(free))
		if n, ok := next(i); ok {
			free[i] += cost(n)
			last = max(last, free[i])
		} else {
			free[i], busy = math.MaxInt, busy-1
		}
	}
	return last
}

// Graham's bound: longest first takes at most 4/3 of the best there is.
func TestLongestFirstBound(t *testing.T) {
	for _, numbers := range [][]int{{24, 25, 24, 25, 24}, {23, 24, 26, 23, 24, 26, 23, 24, 27}, {5, 5, 4, 4, 3, 3, 3}, {9, 8, 7, 7, 6, 6, 5, 1}, {20}, {7, 7, 7, 7}} {
		for p := 1; p <= 3; p++ {
			best := optimum(numbers, make([]int, p))
			got := simulate(schedule("longest", numbers, p), p)
			if got < best || 3*got > 4*best {
				t.Errorf("%v with %d: %d calls, the best is %d", numbers, p, got, best)
			}
		}
	}
}

// optimum tries every way to share the numbers out, given what each process has already.
func optimum(numbers, load []int) int {
	if len(numbers) == 0 {
		return slices.Max(load)
	}
	best := math.MaxInt
	for i := range load {
		load[i] += cost(numbers[0])
		best = min(best, optimum(numbers[1:], load))
		load[i] -= cost(numbers[0])
	}
	return best
}

// What the clock rests on, that doubling finds what the slow way finds, and that parts come to the
// same as the whole.
func TestCost(t *testing.T) {
	for n := range 24 {
		value, calls := fib(n)
		if calls != cost(n) {
			t.Errorf("fib(%d) takes %d calls, cost says %d", n, calls, cost(n))
		}
		if d := double(n); !d.IsInt64() || int(d.Int64()) != value {
			t.Errorf("fib(%d) = %d, by doubling %v", n, value, d)
		}
		for depth := range 7 {
			parts, inner := divide(n, depth)
			sum := computeSerially(parts)
			sum.calls += inner
			if sum != (result{value, calls}) {
				t.Errorf("fib(%d) in parts, depth %d: %v", n, depth, sum)
			}
		}
	}
}
