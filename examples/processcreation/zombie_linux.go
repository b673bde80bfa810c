package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"

	"golang.org/x/sys/unix"
)

// runZombie starts children, lets them end, and looks at what is left of them before and after
// Wait: an entry in the process table that keeps the pid and the exit status for the parent. It
// goes when the parent asks, or ends.
func runZombie(args []string) error {
	flags := newFlags("zombie")
	n := intFlag(flags, "n", 3, 1, 100, "how many children")
	if err := parse(flags, args); err != nil {
		return err
	}
	children := make([]*exec.Cmd, *n)
	for i := range children {
		children[i] = self("waiter") // its standard input is /dev/null: it ends at once
		if err := children[i].Start(); err != nil {
			return errors.Join(err, reap(children[:i]))
		}
	}
	// NOTE: incorrect: a long-running parent that leaves it at this collects zombies.
	for i, child := range children {
		if err := awaitEnd(child.Process.Pid); err != nil {
			return errors.Join(err, reap(children))
		}
		state, err := procState(child.Process.Pid)
		if err != nil {
			return errors.Join(err, reap(children))
		}
		say("child %d has ended, state %c", i+1, state)
	}
	if err := reap(children); err != nil {
		return err
	}
	for i, child := range children {
		_, err := os.Stat(fmt.Sprintf("/proc/%d", child.Process.Pid))
		say("child %d was waited for, gone: %t", i+1, errors.Is(err, fs.ErrNotExist))
	}
	return nil
}

// awaitEnd waits until the child has ended, and leaves it to somebody else to reap it.
func awaitEnd(pid int) error {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			return os.NewSyscallError("waitid", err)
		}
	}
}

func reap(children []*exec.Cmd) error {
	var errs []error
	for i, child := range children {
		if err := child.Wait(); err != nil {
			errs = append(errs, fmt.Errorf("child %d: %w", i+1, err))
		}
	}
	return errors.Join(errs...)
}
