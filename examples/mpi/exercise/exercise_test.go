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

var said = regexp.MustCompile(`^\[rank (\d+)\] (begins|waits|computes rows|has done)\b(?: (?:step )?(\d+) (?:to|of its) (\d+))?`)

// In each step, every rank begins its messages, computes what lies inside while they travel, waits, and
// computes the rest. The picture is that of one process.
func TestStep(t *testing.T) {
	if _, err := findLauncher(); err != nil {
		exercise.Lacks(t, err)
	}
	for _, tt := range []struct{ n, rows, steps int }{{3, 12, 12}, {8, 8, 9}} {
		out := exercise.Run(t, "-n", fmt.Sprint(tt.n), "-rows", fmt.Sprint(tt.rows), "-steps", fmt.Sprint(tt.steps))
		out.Succeeds(t)
		asked := fmt.Sprintf("%d rows on %d ranks", tt.rows, tt.n)
		var drawn strings.Builder
		lanes := make([][]string, tt.n)
		for _, line := range out.Lines {
			if m := said.FindStringSubmatch(line); m != nil {
				rank, _ := strconv.Atoi(m[1])
				lanes[rank] = append(lanes[rank], line)
			} else {
				drawn.WriteString(line + "\n")
			}
		}
		for rank, lines := range lanes {
			if fault := inOrder(lines, rank > 0, rank < tt.n-1); fault != "" {
				t.Fatalf("%s: rank %d %s\nIt says:\n\t%s", asked, rank, fault, strings.Join(lines[:min(len(lines), 12)], "\n\t"))
			}
		}
		if want := alone(tt.rows, tt.steps); drawn.String() != want {
			t.Fatalf("%s: the picture is not that of one process:\n%s\nwant:\n%s", asked, drawn.String(), want)
		}
	}
}

// alone is the picture that one process draws.
func alone(rows, steps int) string {
	p := newPlate(rows, true)
	for range steps {
		for r := 1; r <= rows; r++ {
			for c := 1; c < cols-1; c++ {
				p.next[r*cols+c] = (p.row(r - 1)[c] + p.row(r)[c-1] + p.row(r)[c+1] + p.row(r + 1)[c]) / 4
			}
		}
		p.now, p.next = p.next, p.now
	}
	return picture(p.now[cols : (rows+1)*cols])
}

// inOrder returns what is wrong with what a rank did, or nothing. It may have a neighbour above and below.
func inOrder(lines []string, above, below bool) string {
	computed, early := map[int]int{}, map[int]bool{} // early: before it waited
	begun, waited, late := false, false, false
	for _, line := range lines {
		m := said.FindStringSubmatch(line)
		from, _ := strconv.Atoi(m[3])
		to, _ := strconv.Atoi(m[4])
		switch m[2] {
		case "begins":
			if begun = true; len(computed) > 0 {
				late = true
			}
		case "waits":
			waited = true
		case "computes rows":
			for r := from; r <= to; r++ {
				computed[r]++
				early[r] = early[r] || !waited
			}
		case "has done":
			step, rows := from, to
			for r := 1; r <= rows; r++ {
				needs := r == 1 && above || r == rows && below
				switch {
				case computed[r] != 1:
					return fmt.Sprintf("computes row %d %d times in step %d", r, computed[r], step)
				case needs && early[r]:
					return fmt.Sprintf("computes row %d before the halo is there, in step %d", r, step)
				case r > 1 && r < rows && !early[r]:
					return fmt.Sprintf("waits before it computes row %d; the halo could have travelled in the meantime", r)
				}
			}
			if late || !begun {
				return fmt.Sprintf("computes before it begins to send and receive, in step %d", step)
			}
			begun, waited, late = false, false, false
			clear(computed)
			clear(early)
		}
	}
	return ""
}
