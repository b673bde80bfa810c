//go:build !linux

package main

import (
	"errors"

	"example.com/lockstep/examples/hello/lockstep"
)

func needsLinux(*lockstep.Flags) { lockstep.Check(errors.New("this variant needs Linux")) }

var runFork, runZombie, runOrphan, runPdeathsig = needsLinux, needsLinux, needsLinux, needsLinux

var runPidReuse, runNamespace = needsLinux, needsLinux

var pdeathsigChild, pidReuseInit, namespaceChild func(lockstep.Args) // nobody starts them
