package main

import (
	"os"
	"os/exec"
)

// self returns a command that runs this program again, with other arguments.
func self(args ...string) (*exec.Cmd, error) {
	path, err := os.Executable() // the file that this program was started from
	if err != nil {
		return nil, err
	}
	return exec.Command(path, args...), nil
}
