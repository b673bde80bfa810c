//go:build !linux

package main

import (
	"errors"
	"io"
	"os"
)

func newDetector(tasks, answers *os.File, size int) (io.WriteCloser, error) {
	return nil, errors.New("deadlock without -read needs Linux: elsewhere nobody would notice the deadlock")
}
