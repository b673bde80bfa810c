//go:build unix && !linux

package main

import (
	"errors"

	"example.com/lockstep/examples/hello/lockstep"
)

func runSeals(*lockstep.Flags) { lockstep.Check(errors.New("seals needs Linux")) }

func sealedReader(lockstep.Args) {} // nobody starts it
