package main

import (
	"errors"
	"os/exec"
	"syscall"
	"time"
)

// RunTree asks first, and kills what has not ended after a second. A session is a group as well.
func RunTree(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cancelled := false
	cmd.Cancel = func() error {
		cancelled = true
		return signal(cmd, syscall.SIGTERM)
	}
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return err
	}
	err := cmd.Wait()
	if cancelled {
		err = errors.Join(err, signal(cmd, syscall.SIGKILL))
	}
	return err
}

func signal(cmd *exec.Cmd, sig syscall.Signal) error {
	err := syscall.Kill(-cmd.Process.Pid, sig)
	if err == syscall.ESRCH {
		return nil // there is nobody left
	}
	return err
}
