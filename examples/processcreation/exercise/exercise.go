//go:build unix

// Exercise: when the context is done, end the whole tree.
//
//	go run ./examples/processcreation/exercise     shows what your program does
//	go test ./examples/processcreation/exercise    says whether it is right
package main

import "os/exec"

// RunTree runs cmd, which exec.CommandContext has made, and returns how it ended,
// as cmd.Run does. When its context is done, RunTree ends the process of cmd, and
// all that this process has started.
func RunTree(cmd *exec.Cmd) error {
	return errNotBegun // write your program here
}
