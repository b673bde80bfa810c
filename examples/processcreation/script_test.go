package main

import (
	"testing"

	"example.com/lockstep/examples/internal/script"
)

func TestMain(m *testing.M)    { program().Play(); script.Main(m, "processcreation", main) }
func TestScripts(t *testing.T) { script.Run(t, "processcreation") }

// What is made to be left is left out here: the daemon has tests of its own.
const daemonUsage = "-h"

func TestNothingIsLeft(t *testing.T) {
	script.NothingIsLeft(t, map[string]string{"rusage": "-mib 1", "daemon": daemonUsage, "stop": daemonUsage})
}

func TestSweep(t *testing.T) {
	script.Sweep(t, script.SweepArgs("daemon", daemonUsage))
}
