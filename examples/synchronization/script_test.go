package main

import (
	"testing"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/internal/script"
)

// addTestRoles adds the roles that only tests and benchmarks use.
var addTestRoles = func(*lockstep.Program) {}

func TestMain(m *testing.M) {
	p := program()
	addTestRoles(p)
	p.Play()
	script.Main(m, "synchronization", main)
}

func TestScripts(t *testing.T)       { script.Run(t, "synchronization") }
func TestNothingIsLeft(t *testing.T) { script.NothingIsLeft(t, nil) }
func TestSweep(t *testing.T)         { script.Sweep(t) }
