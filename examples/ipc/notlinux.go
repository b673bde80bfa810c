//go:build !linux

package main

import (
	"errors"

	"example.com/lockstep/examples/hello/lockstep"
)

func needsLinux(*lockstep.Flags) { lockstep.Check(errors.New("this variant needs Linux")) }

var runFullPipe, runQueue, runBackpressure, runMessageQueue = needsLinux, needsLinux, needsLinux, needsLinux

var printer, queuer, taker, stepper, poster, postman func(lockstep.Args) // nobody starts them
