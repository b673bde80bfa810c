//go:build unix

package main

import (
	"fmt"
	"regexp"
	"strconv"
	"testing"

	"example.com/lockstep/examples/internal/exercise"
)

func TestMain(m *testing.M) { exercise.Main(m, main, errNotBegun) }

var said = regexp.MustCompile(`^\[process (\d+)\] squares chunk (\d+)$`)

// Every chunk is squared by one process, once, and nothing is left to process 1, which is slow.
func TestWork(t *testing.T) {
	for _, tt := range []struct{ n, chunks int }{{4, 64}, {1, 5}, {2, 1}, {8, 3}, {3, 100}} {
		out := exercise.Run(t, "-n", fmt.Sprint(tt.n), "-chunks", fmt.Sprint(tt.chunks))
		out.Succeeds(t)
		asked := fmt.Sprintf("%d processes, %d chunks", tt.n, tt.chunks)
		by, byFirst := map[int][]string{}, 0
		for _, line := range out.Lines {
			m := said.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			chunk, err := strconv.Atoi(m[2])
			if err != nil {
				t.Fatal(err)
			}
			by[chunk] = append(by[chunk], m[1])
			if m[1] == "1" {
				byFirst++
			}
		}
		for chunk := range tt.chunks {
			if len(by[chunk]) == 0 {
				t.Fatalf("%s: chunk %d is squared by nobody\n%s", asked, chunk, out)
			}
			if len(by[chunk]) > 1 {
				t.Fatalf("%s: chunk %d is squared more than once, by the processes %v: what one has taken, another may not take\n%s",
					asked, chunk, by[chunk], out)
			}
		}
		if tt.n > 1 && byFirst > 1 {
			t.Fatalf("%s: process 1 is slow: the others have ended before it squares its first chunk, but they left %d chunks to it\n%s",
				asked, byFirst, out)
		}
		sum := tt.chunks * (tt.chunks + 1) * (2*tt.chunks + 1) / 6
		if want := fmt.Sprintf("the sum of the %d squares is %d", tt.chunks, sum); len(out.Lines) == 0 || out.Lines[len(out.Lines)-1] != want {
			t.Fatalf("%s: the last line must be %q\n%s", asked, want, out)
		}
	}
}
