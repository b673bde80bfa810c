//go:build unix && !linux

package main

import (
	"errors"
	"os"
)

// anonymousFile returns a file that lost its name at once. There is no memfd here.
func anonymousFile() (*os.File, error) {
	f, err := os.CreateTemp("", "processcreation")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
