package main

import (
	"testing"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/internal/script"
)

// testRoles are what children of tests and benchmarks do.
var testRoles = map[string]func(lockstep.Args){}

func TestMain(m *testing.M) {
	p := program()
	for name, run := range testRoles {
		p.Role(name, run)
	}
	p.Play()
	script.Main(m, "ipc", main)
}

func TestScripts(t *testing.T)       { script.Run(t, "ipc") }
func TestNothingIsLeft(t *testing.T) { script.NothingIsLeft(t, nil) }
func TestSweep(t *testing.T)         { script.Sweep(t) }
