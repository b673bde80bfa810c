// want: RunTree must not signal the group that the program itself is in
package main

import (
	"os/exec"
	"syscall"
)

// The child is in our own group, and so are we.
func RunTree(cmd *exec.Cmd) error {
	cmd.Cancel = func() error { return syscall.Kill(0, syscall.SIGKILL) }
	return cmd.Run()
}
