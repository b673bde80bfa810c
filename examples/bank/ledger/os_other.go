//go:build !unix || aix

package ledger

import (
	"errors"
	"os"
)

func lock(File) (unlock func(), err error) {
	return nil, errors.New("a lock on a file needs Linux or macOS")
}

func mapFile(*os.File, int) (memory []byte, unmap func() error, err error) {
	return nil, nil, errors.New("memory shared through a file needs Linux or macOS")
}
