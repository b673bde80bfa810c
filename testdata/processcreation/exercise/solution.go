package main

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// RunTree makes the process of cmd the leader of a new process group. All that it starts is in that
// group, too, and the negative number of a group stands for all its processes. If they have all
// ended already, the cancellation came too late, and that is no error. (Between
// the leader's end and this call, its number could already be another group's. We accept that here.)
func RunTree(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone
		}
		return err
	}
	return cmd.Run()
}
