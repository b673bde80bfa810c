//go:build !unix

package main

import (
	"errors"
	"os"
)

func mapFile(*os.File, int) (mem []byte, unmap func() error, err error) {
	return nil, nil, errors.New("memory shared through a file needs Linux or macOS")
}
