package main

import (
	"testing"

	"example.com/lockstep/examples/internal/script"
)

func TestMain(m *testing.M)          { program().Play(); script.Main(m, "fibonacci", main) }
func TestScripts(t *testing.T)       { script.Run(t, "fibonacci") }
func TestNothingIsLeft(t *testing.T) { script.NothingIsLeft(t, nil) }

func TestSweep(t *testing.T) {
	const long = "to compute fib of this takes minutes"
	script.Sweep(t, script.SweepExcept("forkjoin/flag -n 50", long), script.SweepExcept("onelock/flag -n 50", long),
		script.SweepExcept("oversubscribe/flag -n 50", long))
}
