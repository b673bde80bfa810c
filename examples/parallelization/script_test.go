package main

import (
	"testing"

	"example.com/lockstep/examples/internal/script"
)

func TestMain(m *testing.M)          { program().Play(); script.Main(m, "parallelization", main) }
func TestScripts(t *testing.T)       { script.Run(t, "parallelization") }
func TestNothingIsLeft(t *testing.T) { script.NothingIsLeft(t, nil) }

func TestSweep(t *testing.T) {
	script.Sweep(t)
}
