//go:build unix && !linux

package main

import (
	"errors"
	"os"
)

// There is neither memfd nor O_TMPFILE here.

func anonymousFile() (*os.File, error) { return removedFile() }

func namelessFile() (*os.File, error) { return removedFile() }

var (
	runDevshm   = needsLinux("/dev/shm")
	runLeftname = needsLinux("/dev/shm")
	runSeals    = needsLinux("a seal")

	devshmChild, leftnameChild, sealsChild = runDevshm, runLeftname, runSeals
)

func needsLinux(what string) func([]string) error {
	return func([]string) error { return errors.New(what + " needs Linux") }
}
