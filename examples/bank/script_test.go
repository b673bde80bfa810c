package main

import (
	"testing"

	"example.com/lockstep/examples/internal/script"
)

func TestMain(m *testing.M)    { program().Play(); script.Main(m, "bank", main) }
func TestScripts(t *testing.T) { script.Run(t, "bank") }

func TestNothingIsLeft(t *testing.T) {
	script.NothingIsLeft(t, map[string]string{"lostupdate": "-schedule ABAB", "wal": "-deposits 10"})
}

func TestSweep(t *testing.T) {
	script.Sweep(t,
		script.SweepExcept("recover/*", "it needs -dir, a folder with accounts and a log"),
		script.SweepExcept("race/*", "it is a data race, which the race detector reports at length"))
}
