package main

import (
	"fmt"
	"regexp"
	"testing"

	"example.com/lockstep/examples/internal/exercise"
)

func TestMain(m *testing.M) { exercise.Main(m, main, errNotBegun) }

var said = regexp.MustCompile(`^\[process (\d+)\] (begins|starts|waits|computes)\b`)

// There are 2 to the power of depth processes. Each of them computes, after it has started others
// and before it waits for them, and the answer is right.
func TestCall(t *testing.T) {
	for _, tt := range []struct{ n, depth, processes int }{{20, 2, 4}, {20, 0, 1}, {21, 1, 2}, {20, 4, 16}, {1, 3, 1}, {0, 3, 1}, {2, 3, 2}} {
		out := exercise.Run(t, "-n", fmt.Sprint(tt.n), "-depth", fmt.Sprint(tt.depth))
		out.Succeeds(t)
		asked := fmt.Sprintf("fib(%d) to depth %d", tt.n, tt.depth)
		if want := fmt.Sprintf("fib(%d) = %d", tt.n, slow(tt.n)); len(out.Lines) == 0 || out.Lines[len(out.Lines)-1] != want {
			t.Fatalf("%s: the last line must be %q\n%s", asked, want, out)
		}
		did := map[string]map[string]bool{fmt.Sprint(out.Pid): {}}
		for _, line := range out.Lines[:len(out.Lines)-1] {
			m := said.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			pid, what := m[1], m[2]
			if did[pid] == nil {
				did[pid] = map[string]bool{}
			}
			if what == "starts" && did[pid]["computes"] {
				t.Fatalf("%s: process %s starts a process after it has computed; the other one could have worked in the meantime\n%s", asked, pid, out)
			}
			if what == "computes" && did[pid]["waits"] {
				t.Fatalf("%s: process %s waits for an answer before it does its own part\n%s", asked, pid, out)
			}
			did[pid][what] = true
		}
		if len(did) < tt.processes {
			t.Fatalf("%s: want %d processes at work, not %d: a process's own part is shared out too\n%s", asked, tt.processes, len(did), out)
		}
		if len(did) > tt.processes {
			t.Fatalf("%s: want %d processes at work, not %d\n%s", asked, tt.processes, len(did), out)
		}
		for pid, what := range did {
			if !what["computes"] {
				t.Fatalf("%s: process %s only waits\n%s", asked, pid, out)
			}
		}
	}
}
