package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"example.com/lockstep/examples/internal/exercise"
)

func TestMain(m *testing.M) { exercise.Main(m, main, errNotBegun) }

var said = regexp.MustCompile(`^\[process (\d+)\] has the token, pid (\d+)$`)

// The processes have the token from n down to 1, each of them is a process, and the token comes back.
func TestBackwards(t *testing.T) {
	for _, n := range []int{4, 1, 2, 9} {
		out := exercise.Run(t, "-n", strconv.Itoa(n))
		out.Succeeds(t)
		if len(out.Lines) != n+1 || out.Lines[n] != "the token is back" {
			t.Fatalf("with %d processes there are %d lines to be printed, one each and at last \"the token is back\"\n%s", n, n+1, out)
		}
		pids := []string{fmt.Sprint(out.Pid)}
		for i, line := range out.Lines[:n] {
			m := said.FindStringSubmatch(line)
			if m == nil || m[1] != strconv.Itoa(n-i) {
				t.Fatalf("with %d processes, line %d must be of process %d\n%s", n, i+1, n-i, out)
			}
			if slices.Contains(pids, m[2]) {
				t.Fatalf("process %s is no process of its own: pid %s is another's\n%s", m[1], m[2], out)
			}
			pids = append(pids, m[2])
		}
	}
}

// When a process is dead before the token comes, the others notice and end, and Backwards returns an error.
func TestADeadProcessIsNoticed(t *testing.T) {
	for _, dead := range []string{"4", "2", "1"} {
		out := exercise.Run(t, "-n", "4", "-dies", dead)
		if out.Code == 0 || slices.Contains(out.Lines, "the token is back") {
			t.Fatalf("process %s of 4 is dead before the token comes: Backwards must return an error\n%s", dead, out)
		}
	}
}
