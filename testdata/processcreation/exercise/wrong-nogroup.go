// want: did not end
package main

import (
	"os/exec"
	"syscall"
)

// There is no group with the child's number.
func RunTree(cmd *exec.Cmd) error {
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd.Run()
}
