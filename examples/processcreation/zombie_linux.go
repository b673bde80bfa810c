package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"

	"golang.org/x/sys/unix"

	"example.com/lockstep/examples/hello/lockstep"
)

// runZombie starts children, lets them end, and looks at what is left of them before and after
// Wait: an entry in the process table that keeps the pid and the exit status for the parent. It
// goes when the parent asks, or ends.
func runZombie(f *lockstep.Flags) {
	n := f.Number("n", 3, 1, 100, "how many children")
	f.Parse()
	children := make([]*exec.Cmd, *n)
	for i := range children {
		children[i] = exec.Command("true") // it ends at once, with exit code 0
		lockstep.Check(children[i].Start())
	}
	// NOTE: incorrect: a long-running parent that leaves it at this fills the process table.
	for i, child := range children {
		lockstep.Check(awaitEnd(child.Process.Pid))
		state, err := status(child.Process.Pid, "State")
		lockstep.Check(err)
		lockstep.Say("child %d has ended, state %s", i+1, state)
	}
	for i, child := range children {
		lockstep.Check(child.Wait())
		_, err := status(child.Process.Pid, "State")
		lockstep.Say("child %d was waited for, gone: %t", i+1, errors.Is(err, fs.ErrNotExist))
	}
}

// awaitEnd waits until a child has ended, and leaves it a zombie.
func awaitEnd(pid int) error {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			return os.NewSyscallError("waitid", err)
		}
	}
}
