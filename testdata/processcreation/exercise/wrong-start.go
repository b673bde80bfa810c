// want: RunTree must return
package main

import (
	"os/exec"
	"syscall"
)

// Started, but not waited for.
func RunTree(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd.Start()
}
