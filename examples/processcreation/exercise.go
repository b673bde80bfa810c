//go:build unix

package main

import (
	"context"
	"errors"
	"os/exec"
	"syscall"
)

// runExercise solves the page's exercise: cancelling the context ends the whole tree, because the
// child leads a process group and Cancel signals the group.
func runExercise(args []string) error {
	if err := parse(newFlags("exercise"), args); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	child := self("family-child")
	cmd := exec.CommandContext(ctx, child.Path, child.Args[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = patience
	f, err := newFamily(cmd)
	if err != nil {
		return err
	}
	cancel()
	cmd.Wait() // the error is the state, which follows
	say("the child: %v", cmd.ProcessState)
	err = f.awaitGone()
	if err == nil {
		say("the grandchild is gone too")
	}
	return errors.Join(err, f.end())
}
