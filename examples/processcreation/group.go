//go:build unix

package main

import (
	"errors"
	"fmt"
	"syscall"
)

// runGroup starts a child as the leader of a new process group. What it starts is in that group
// too, and a signal to the negative number reaches all of it. (A process can leave its group: see
// daemon. And control-C no longer reaches it: that goes to the terminal's foreground group.)
func runGroup(args []string) error {
	if err := parse(newFlags("group"), args); err != nil {
		return err
	}
	// region group
	child := self("family-child")
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // the group's number is the child's pid
	// endregion group
	f, err := newFamily(child)
	if err != nil {
		return err
	}
	return errors.Join(killGroup(f), f.end())
}

func killGroup(f *family) error {
	// Not yet waited for, the child keeps its number from being given to another.
	if err := syscall.Kill(-f.child.Process.Pid, syscall.SIGKILL); err != nil {
		return fmt.Errorf("kill the group: %w", err)
	}
	f.child.Wait() // the error is the state, which follows
	say("the child: %v", f.child.ProcessState)
	if err := f.awaitGone(); err != nil {
		return err
	}
	say("the grandchild is gone too")
	return nil
}
