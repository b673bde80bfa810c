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
	script.Main(m, "sharedmem", main)
}

func TestScripts(t *testing.T) { script.Run(t, "sharedmem") }

// Devshm shows what stays behind, so killing it is left out here.
const devshmUsage = "-h"

func TestNothingIsLeft(t *testing.T) {
	script.NothingIsLeft(t, map[string]string{"devshm": devshmUsage})
}

func TestSweep(t *testing.T) {
	script.Sweep(t, script.SweepArgs("devshm", devshmUsage),
		script.SweepExcept("ring/few descriptors, 10", "Go's runtime itself crashes if its first pipe gets the last descriptor"))
}
