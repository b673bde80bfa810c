//go:build !unix

package main

import (
	"errors"

	"example.com/lockstep/examples/hello/lockstep"
)

func runLocked(*lockstep.Flags) { lockstep.Check(errors.New("locked needs a Unix system")) }

func careful(lockstep.Args) {}
