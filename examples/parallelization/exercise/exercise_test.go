package main

import (
	"fmt"
	"math/bits"
	"testing"

	"example.com/lockstep/examples/internal/exercise"
)

func TestMain(m *testing.M) { exercise.Main(m, main, errNotBegun) }

// All workers have the sum, and none took more ticks than two rounds of pairs take.
func TestShare(t *testing.T) {
	for _, p := range []int{8, 1, 2, 5, 16, 33} {
		out := exercise.Run(t, "-p", fmt.Sprint(p))
		out.Succeeds(t)
		if len(out.Lines) != p {
			t.Fatalf("%d workers: want a line from each\n%s", p, out)
		}
		for i, line := range out.Lines {
			var worker, sum, ticks int
			if _, err := fmt.Sscanf(line, "worker %d has %d after %d ticks", &worker, &sum, &ticks); err != nil || worker != i {
				t.Fatalf("%d workers: this is not the line of worker %d: %q", p, i, line)
			}
			if want := p * (p + 1) / 2; sum != want {
				t.Fatalf("%d workers: worker %d has %d, and the sum is %d\n%s", p, i, sum, want, out)
			}
			if most := 2 * bits.Len(uint(p-1)); ticks > most {
				t.Fatalf("%d workers: worker %d needs %d ticks, and %d are enough\n%s", p, i, ticks, most, out)
			}
		}
	}
}
