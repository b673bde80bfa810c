//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// isTerminal asks for the window's size: only a terminal has one. That a file is a device would
// not do, so is /dev/null.
func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	return err == nil
}
