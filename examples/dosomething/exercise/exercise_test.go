package main

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"example.com/lockstep/examples/internal/exercise"
)

func TestMain(m *testing.M) { exercise.Main(m, main, errNotBegun) }

// run returns the hits of each task.
func run(t *testing.T, seed, p int) (hits []int, out exercise.Output) {
	t.Helper()
	out = exercise.Run(t, "-k", "12", "-count", "20000", "-seed", fmt.Sprint(seed), "-p", fmt.Sprint(p))
	out.Succeeds(t)
	hits = make([]int, 12)
	if len(out.Lines) != 13 {
		t.Fatalf("there are 13 lines to be printed\n%s", out)
	}
	for i, line := range out.Lines[:12] {
		var task, count int
		if _, err := fmt.Sscanf(line, "task %d: %d of %d hit", &task, &hits[i], &count); err != nil {
			t.Fatalf("line %d must be the hits of a task\n%s", i+1, out)
		}
	}
	return hits, out
}

// The share of the hits is a quarter of pi, each task has darts of its own, and neither the number
// of processes nor the run changes where they go.
func TestThrow(t *testing.T) {
	hits, out := run(t, 1, 1)
	sum := 0
	for _, n := range hits {
		sum += n
	}
	// 240,000 darts are off by more than 0.02 once in some millions of seeds.
	if pi := 4 * float64(sum) / (12 * 20000); math.Abs(pi-math.Pi) > 0.02 {
		t.Fatalf("%d darts of 240000 hit, which makes pi %.3f: look again which darts are inside the circle\n%s", sum, pi, out)
	}
	if again, _ := run(t, 1, 1); !slices.Equal(again, hits) {
		t.Fatalf("the same seed gives other darts in a second run: %v, then %v", hits, again)
	}
	for p := 2; p <= 5; p++ {
		if others, _ := run(t, 1, p); !slices.Equal(others, hits) {
			t.Fatalf("with %d processes the tasks hit %v, with one %v: a task's darts must not depend on who does it, or on what was done before", p, others, hits)
		}
	}
	if distinct := slices.Compact(slices.Sorted(slices.Values(hits))); len(distinct) < 6 {
		t.Fatalf("the tasks throw the same darts: they hit %v", hits)
	}
	others, _ := run(t, 2, 1)
	if slices.Equal(others, hits) {
		t.Fatalf("another seed gives the same darts: %v", others)
	}
	if slices.Equal(others[:11], hits[1:]) {
		t.Fatalf("with seed 2 each task throws the darts that the next one throws with seed 1: don't add the seed and the task, they hit %v and %v", others, hits)
	}
}
