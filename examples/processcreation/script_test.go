package main

import (
	"testing"

	"example.com/lockstep/examples/internal/script"
)

func TestMain(m *testing.M)    { program().Play(); script.Main(m, "processcreation", main) }
func TestScripts(t *testing.T) { script.Run(t, "processcreation") }

// TestNothingIsLeft leaves out only what is made to be left: the daemon has tests of its own.
func TestNothingIsLeft(t *testing.T) {
	script.NothingIsLeft(t, map[string]string{"rusage": "-mib 1", "daemon": "-h", "stop": "-h"})
}
