//go:build !unix

package main

import (
	"errors"

	"example.com/lockstep/examples/hello/lockstep"
)

func needsUnix(*lockstep.Flags) {
	lockstep.Check(errors.New("this variant needs Linux or another Unix"))
}

var runOpenEnd, runStream, runEmpty, runFIFO = needsUnix, needsUnix, needsUnix, needsUnix

var runPassFile, runSignals, runSigpipe = needsUnix, needsUnix, needsUnix

var peeker, reader, looker, receiver, signalled, writer func(lockstep.Args) // nobody starts them
