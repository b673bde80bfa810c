//go:build unix

package pool_test

import (
	"os/signal"
	"syscall"
)

func ignoreSIGTERM() { signal.Ignore(syscall.SIGTERM) }
