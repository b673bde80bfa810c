package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/lockstep/examples/hello/lockstep"
)

var sources = map[string]func([]int, int) func(int) (int, bool){"longest": longestFirst, "queue": inOrder, "static": inTurn}

// TestSameForAnyNumberOfProcesses holds that neither the schedule nor the number of processes
// changes the sum or the number of calls, and that each number is computed once.
func TestSameForAnyNumberOfProcesses(t *testing.T) {
	numbers, err := parseNumbers("15,20,0,18,1,19,17,2,16,20,12")
	if err != nil {
		t.Fatal(err)
	}
	want := computeSerially(numbers)
	for p := 1; p <= 9; p++ {
		t.Run(fmt.Sprintf("p=%d", p), func(t *testing.T) {
			t.Parallel()
			workers := startWorkers(p)
			defer lockstep.EndAll(workers...)
			for name, share := range sources {
				lanes, sum, err := deal(workers, share(numbers, p))
				if err != nil {
					t.Fatal(err)
				}
				if sum != want {
					t.Errorf("%s: %v: want %v", name, sum, want)
				}
				if !slices.Equal(computed(lanes), slices.Sorted(slices.Values(numbers))) {
					t.Errorf("%s: computed %v", name, computed(lanes))
				}
				if simulated := simulate(share(numbers, p), p); ends(lanes) != simulated {
					t.Errorf("%s: done after %d calls: want %d", name, ends(lanes), simulated)
				}
			}
			if sum, err := compute(workers, numbers); sum != want || err != nil {
				t.Errorf("compute: %v, %v: want %v", sum, err, want)
			}
			if sum := computeInGoroutines(numbers, p); sum != want {
				t.Errorf("goroutines: %v: want %v", sum, want)
			}
		})
	}
}

func computed(lanes [][]span) (numbers []int) {
	for _, lane := range lanes {
		for _, s := range lane {
			numbers = append(numbers, s.n)
		}
	}
	slices.Sort(numbers)
	return numbers
}

func ends(lanes [][]span) (last int) {
	for _, lane := range lanes {
		for _, s := range lane {
			last = max(last, s.to)
		}
	}
	return last
}

// simulate returns when a schedule ends, without processes: who is free first gets the next.
func simulate(next func(int) (int, bool), p int) int {
	free := make([]int, p)
	done := make([]bool, p)
	for {
		process := -1
		for i := range free {
			if !done[i] && (process < 0 || free[i] < free[process]) {
				process = i
			}
		}
		if process < 0 {
			return slices.Max(free)
		}
		if n, ok := next(process); ok {
			free[process] += cost(n)
		} else {
			done[process] = true
		}
	}
}

// TestLongestFirstBound holds Graham's bound: longest first takes at most 4/3 of the best there is.
func TestLongestFirstBound(t *testing.T) {
	for _, list := range []string{"24,25,24,25,24", unequal, "5,5,4,4,3,3,3", "9,8,7,7,6,6,5,1", "20", "7,7,7,7"} {
		numbers, _ := parseNumbers(list)
		for p := 1; p <= 3; p++ {
			best := optimum(numbers, make([]int, p))
			got := simulate(longestFirst(numbers, p), p)
			if got < best || 3*got > 4*best {
				t.Errorf("%s with %d: %d calls, the best is %d", list, p, got, best)
			}
		}
	}
}

// optimum tries every way to share the numbers out, given what each process has already.
func optimum(numbers, load []int) int {
	if len(numbers) == 0 {
		return slices.Max(load)
	}
	best := -1
	for i := range load {
		load[i] += cost(numbers[0])
		if end := optimum(numbers[1:], load); best < 0 || end < best {
			best = end
		}
		load[i] -= cost(numbers[0])
	}
	return best
}

// TestCost holds what the clock rests on, and that parts come to the same as the whole.
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
			if size := treeSize(n, depth); size != inner+len(parts) {
				t.Errorf("fib(%d) to depth %d: %d calls, treeSize says %d", n, depth, inner+len(parts), size)
			}
		}
	}
	if _, inner := divide(maxN, 6); treeSize(maxN, 6) != 127 || inner != 63 {
		t.Error("a full tree of depth 6 has 127 calls")
	}
}

// FuzzParseNumbers holds that what is accepted is within bounds, and what is not is explained.
func FuzzParseNumbers(f *testing.F) {
	for _, s := range []string{"1", "0,50", "51", "-1", "", ",", "1,", "1,,2", " 1", "+1", "0x10", "1e1", "99999999999999999999", "1\n",
		strings.Repeat("1,", 63) + "1", strings.Repeat("1,", 64) + "1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		numbers, err := parseNumbers(s)
		if err != nil {
			if numbers != nil || !strings.HasPrefix(err.Error(), "want ") {
				t.Errorf("parseNumbers(%q) = %v, %v", s, numbers, err)
			}
			return
		}
		if len(numbers) != strings.Count(s, ",")+1 || len(numbers) > 64 {
			t.Errorf("parseNumbers(%q): %d numbers", s, len(numbers))
		}
		for _, n := range numbers {
			if n < 0 || n > maxN {
				t.Errorf("parseNumbers(%q): %d", s, n)
			}
		}
	})
}
