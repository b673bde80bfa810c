//go:build !unix

package exercise

import "os/exec"

// own does nothing here: a program that does not end is killed, and what it started ends when its pipes close.
func own(*exec.Cmd) {}

func end(*exec.Cmd) {}
