package main

import (
	"testing"

	"example.com/lockstep/examples/internal/script"
)

func TestMain(m *testing.M)    { program().Play(); script.Main(m, "dosomething", main) }
func TestScripts(t *testing.T) { script.Run(t, "dosomething") }
func TestNothingIsLeft(t *testing.T) {
	script.NothingIsLeft(t, map[string]string{"processes": few, "serial": few, "goroutines": few, "limit": few})
}

// few are flags for a job that is done soon.
const few = "-k 4 -count 1000"

func TestSweep(t *testing.T) { script.Sweep(t) }
