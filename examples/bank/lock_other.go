//go:build !unix

package main

import (
	"errors"
	"os"
)

func lockFile(*os.File) error { return errors.New("flock needs Linux or macOS") }

func unlockFile(*os.File) error { return nil }
