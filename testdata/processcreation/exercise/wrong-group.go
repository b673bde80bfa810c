// want: what the child has started works on
package main

import (
	"os/exec"
	"syscall"
)

// The child leads a group, but the signal goes to the child.
func RunTree(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(cmd.Process.Pid, syscall.SIGKILL) }
	return cmd.Run()
}
