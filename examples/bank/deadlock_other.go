//go:build !linux

package main

import (
	"errors"

	"example.com/lockstep/examples/hello/lockstep"
)

var errLinux = errors.New("needs Linux, which shows in /proc/locks who waits for a lock")

func runDeadlock(f *lockstep.Flags) { f.Bool("flock", false, ""); f.Parse(); lockstep.Check(errLinux) }

func runOrdered(f *lockstep.Flags) { f.Parse(); lockstep.Check(errLinux) }

func locker(lockstep.Args) { lockstep.Check(errLinux) }
