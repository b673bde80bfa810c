//go:build !linux

package mpi

import (
	"os"
	"time"
)

// drain: how much of a pipe has been read can be asked for on Linux only.
func drain(time.Duration, ...*os.File) int { return 0 }
