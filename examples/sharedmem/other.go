//go:build !unix

package main

import "errors"

// What is Unix's own is refused elsewhere in one sentence.
var (
	roles []variant

	runArray, runFile, runDevshm, runLeftname  = needsUnix, needsUnix, needsUnix, needsUnix
	runSeals, runArena, runLostcount, runCount = needsUnix, needsUnix, needsUnix, needsUnix
	runUnseen, runTorn, runSeqlock             = needsUnix, needsUnix, needsUnix
	runUnpublished, runPublish, runRing        = needsUnix, needsUnix, needsUnix
	runPipe, runSigbus, runGuarded             = needsUnix, needsUnix, needsUnix
	runExercise                                = needsUnix
)

func needsUnix([]string) error {
	return errors.New("a mapping that processes share needs Unix here (Windows has MapViewOfFile)")
}
