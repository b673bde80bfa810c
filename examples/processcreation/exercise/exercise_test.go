//go:build unix

package main

import (
	"strings"
	"testing"

	"example.com/lockstep/examples/internal/exercise"
)

func TestMain(m *testing.M) { exercise.Main(m, main, errNotBegun) }

const returns = "all have ended, RunTree returns: "

// The context is done as soon as the grandchild works; then the whole tree ends.
func TestTheWholeTreeEnds(t *testing.T) {
	out := exercise.Run(t)
	if strings.Contains(out.Stderr, "still somebody working") {
		t.Fatalf("RunTree has ended the child, but what the child has started works on\n%s", out)
	}
	if out.Code == -1 {
		t.Fatalf("a signal has ended your program: RunTree must not signal the group that the program itself is in\n%s", out)
	}
	out.Succeeds(t)
	if len(out.Lines) != 3 || out.Lines[0] != "the child works" || out.Lines[1] != "the grandchild works" {
		t.Fatalf("RunTree has not run cmd until its context was done\n%s", out)
	}
	if !strings.HasPrefix(out.Lines[2], returns) || out.Lines[2] == returns+"<nil>" {
		t.Fatalf("the context has ended the child, so RunTree must return an error\n%s", out)
	}
}

// A child that ends by itself is no matter of the context: RunTree returns what Run would.
func TestAChildEndsByItself(t *testing.T) {
	for code, want := range map[string]string{"0": "<nil>", "3": "exit status 3"} {
		out := exercise.Run(t, "-ends", code)
		out.Succeeds(t)
		if len(out.Lines) != 1 || out.Lines[0] != returns+want {
			t.Fatalf("the child has ended by itself with %s: RunTree must return %s\n%s", code, want, out)
		}
	}
}
