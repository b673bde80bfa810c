package main

import (
	"os/exec"
	"syscall"
)

// RunTree makes the process of cmd the leader of a new process group. All that it starts is in that
// group, too, and the negative number of a group stands for all its processes.
func RunTree(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd.Run()
}
