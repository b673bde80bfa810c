package main

import (
	"testing"

	"example.com/lockstep/examples/internal/script"
)

func TestMain(m *testing.M)    { script.Main(m, "mpi", main) }
func TestScripts(t *testing.T) { script.RunMPI(t, "mpi") }
