//go:build !unix

package main

import (
	"errors"

	"example.com/lockstep/examples/hello/lockstep"
)

func needsUnix(*lockstep.Flags) {
	lockstep.Check(errors.New("this variant needs Linux or another Unix"))
}

var runReplace, runRusage, runGroup, runCancel = needsUnix, needsUnix, needsUnix, needsUnix

var runHeldPipe, runDaemon, runStop = needsUnix, needsUnix, needsUnix

var replaceChild, rusageChild, cancelChild func(lockstep.Args) // nobody starts them
