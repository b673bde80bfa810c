package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"example.com/lockstep/examples/hello/lockstep"
)

// runZombie starts children, lets them end, and looks at what is left of them before and after
// Wait: an entry in the process table that keeps the pid and the exit status for the parent. It
// goes when the parent asks, or ends.
func runZombie(f *lockstep.Flags) {
	n := f.Number("n", 3, 1, 100, "how many children")
	f.Parse()
	// Can /proc be read? The first file that is opened makes the runtime open its poller as well, and
	// the runtime crashes if the children, with a pidfd each, have left no descriptor for that.
	_, err := status(os.Getpid(), "State")
	lockstep.Check(err)
	children := make([]*os.Process, *n)
	for i := range children {
		children[i], err = startShell()
		lockstep.Check(err)
	}
	// NOTE: incorrect: a long-running parent that leaves it at this fills the process table.
	for i, child := range children {
		// Waits for its end, but leaves it to somebody else to take note of it.
		lockstep.Check(unix.Waitid(unix.P_PID, child.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil))
		state, err := status(child.Pid, "State")
		lockstep.Check(err)
		lockstep.Say("child %d has ended, state %s", i+1, state)
	}
	for i, child := range children {
		how, err := child.Wait()
		lockstep.Check(err)
		_, err = status(child.Pid, "State")
		lockstep.Say("child %d was waited for: %v, gone: %t", i+1, how, errors.Is(err, fs.ErrNotExist))
	}
}

// startShell starts a shell, which ends at once, with
// os.StartProcess, which exec.Cmd calls as well. exec.Cmd does more: it
// searches for the program's file, makes pipes and copies their data, obeys a
// context, and lets Wait return an error if the exit code is not 0.
func startShell() (*os.Process, error) {
	files := []*os.File{nil, os.Stdout, os.Stderr} // its input, output and errors
	attr := &os.ProcAttr{Files: files}
	return os.StartProcess("/bin/sh", []string{"sh", "-c", "exit 0"}, attr)
}

// status returns what the kernel says of a process, such as its State or PPid, its parent's number.
func status(pid int, field string) (string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, field+":"); ok {
			return strings.TrimSpace(value), nil
		}
	}
	return "", fmt.Errorf("process %d has no %s", pid, field)
}
