//go:build !unix

package main

import (
	"errors"
	"os"
)

func mapFile(*os.File) ([]byte, error) {
	return nil, errors.New("memory that processes share needs Unix here (goroutines don't)")
}
