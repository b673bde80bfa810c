package main

import (
	"io"
	"os"
)

// waiter is a child that does nothing until its standard input ends: when its parent closes it,
// or is gone.
func waiter(args []string) error {
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}
