package main

import (
	"testing"

	"example.com/lockstep/examples/internal/script"
)

func TestMain(m *testing.M)    { program().Play(); script.Main(m, "dataparallelism", main) }
func TestScripts(t *testing.T) { script.Run(t, "dataparallelism") }
func TestNothingIsLeft(t *testing.T) {
	script.NothingIsLeft(t, map[string]string{"mandelbrot": "-width 100", "schedule": "-schedule static", "gen": "-out /dev/null"})
}
func TestSweep(t *testing.T) { script.Sweep(t) }
