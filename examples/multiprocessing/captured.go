package main

import (
	"errors"
	"os/exec"
)

// captured runs a command and returns its output and how it ended.
func captured(cmd *exec.Cmd) (string, error) {
	cmd.Stdout = nil
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return string(out), errors.New(exit.ProcessState.String())
	}
	return string(out), err
}
