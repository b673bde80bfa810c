package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"example.com/lockstep/examples/internal/exercise"
)

func TestMain(m *testing.M) { exercise.Main(m, main, errNotBegun) }

var said = regexp.MustCompile(`^\[party (\d+)\] (arrives in|leaves) round (\d+)$`)

// Nobody leaves a round before all have arrived in it, and all leave every round.
func TestWait(t *testing.T) {
	for _, args := range []string{"-n 1 -rounds 2", "-n 2 -rounds 1", "-n 2 -rounds 3", "-n 5 -rounds 4", "-n 2 -rounds 1 -nudge", "-n 4 -rounds 3 -nudge"} {
		out := exercise.Run(t, strings.Fields(args)...)
		var parties, rounds int
		fmt.Sscanf(args, "-n %d -rounds %d", &parties, &rounds)
		arrived, left := map[int]int{}, map[int]int{} // in a round
		for _, line := range out.Lines {
			m := said.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			round, _ := strconv.Atoi(m[3])
			if m[2] == "arrives in" {
				arrived[round]++
				continue
			}
			left[round]++
			if arrived[round] < parties {
				why := ""
				if strings.Contains(args, "-nudge") {
					why = " (with -nudge, a party wakes up for no reason)"
				}
				t.Fatalf("%s: party %s leaves round %d when %d of %d have arrived%s\n%s", args, m[1], round, arrived[round], parties, why, out)
			}
		}
		out.Succeeds(t)
		for round := 1; round <= rounds; round++ {
			if left[round] != parties {
				t.Fatalf("%s: %d of %d parties have left round %d\n%s", args, left[round], parties, round, out)
			}
		}
	}
}
