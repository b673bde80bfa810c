package main

import (
	"testing"

	"example.com/lockstep/examples/internal/exercise"
)

func TestMain(m *testing.M) { exercise.Main(m, main, errNotBegun) }

func TestDouble(t *testing.T) {
	out := exercise.Run(t)
	out.Succeeds(t)
	if len(out.Lines) != 1 || out.Lines[0] != "42" {
		t.Fatalf("twice 21 is 42\n%s", out)
	}
}
