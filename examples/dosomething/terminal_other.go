//go:build !unix

package main

import "os"

// isTerminal says no where we have no way to ask, so no progress is shown.
func isTerminal(*os.File) bool { return false }
