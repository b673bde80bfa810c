// want: must return an error
package main

import (
	"os/exec"
	"syscall"
)

// The tree ends, but nobody learns of it.
func RunTree(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Run()
	return nil
}
