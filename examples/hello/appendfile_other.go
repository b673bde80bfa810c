//go:build !linux

package main

import (
	"errors"
	"io/fs"
	"os"
)

// appendFile returns an empty file that was opened for appending, and a function that closes and
// removes it. Where an open file may lose its name, it loses it here.
func appendFile() (f *os.File, done func() error, err error) {
	empty, err := os.CreateTemp("", "hello")
	if err != nil {
		return nil, nil, err
	}
	name := empty.Name()
	f, err = os.OpenFile(name, os.O_APPEND|os.O_RDWR, 0)
	if err := errors.Join(err, empty.Close()); err != nil {
		return nil, nil, errors.Join(err, os.Remove(name))
	}
	os.Remove(name) // if that fails, done does it
	return f, func() error {
		err := f.Close()
		if rmErr := os.Remove(name); !errors.Is(rmErr, fs.ErrNotExist) {
			err = errors.Join(err, rmErr)
		}
		return err
	}, nil
}
