package main

import (
	"fmt"
	"strings"
	"testing"

	"example.com/lockstep/examples/internal/exercise"
)

func TestMain(m *testing.M) { exercise.Main(m, main, errNotBegun) }

// Whatever the text and the number of processes, the words are those of the text; and of one huge
// line everybody has a share.
func TestCut(t *testing.T) {
	for name, text := range map[string]string{
		"one huge line":       strings.Repeat("fog on little cat feet ", 50),
		"many lines":          strings.Repeat("the fog comes\n", 40),
		"one word":            "fog",
		"one long word":       strings.Repeat("x", 300) + " end",
		"only blanks":         "   \t \n ",
		"words of one letter": "a b c d e f g",
		"long words":          strings.Repeat(strings.Repeat("y", 90)+"\n", 6),
		"a blank in front":    " fog",
	} {
		for _, p := range []int{1, 2, 3, 5, 8} {
			out := exercise.Run(t, "-p", fmt.Sprint(p), "-text", text)
			out.Succeeds(t)
			want := fmt.Sprint(len(strings.Fields(text)), " words")
			if len(out.Lines) != p+1 || out.Lines[p] != want {
				t.Fatalf("%s, %.40q, %d processes: want %q in all\n%s", name, text, p, want, out)
			}
			if name != "one huge line" {
				continue
			}
			for _, line := range out.Lines[:p] {
				if strings.HasSuffix(line, " 0 words") {
					t.Fatalf("%s, %d processes: somebody has nothing to do\n%s", name, p, out)
				}
			}
		}
	}
}
