package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runExitCode shows the ends a child can come to, and the start that fails.
func runExitCode(f *lockstep.Flags) {
	ends := []string{"0", "3", "panic", "killed"}
	end := f.Choice("end", "", "end at once, in this way", ends...)
	f.Parse()
	if *end != "" {
		endAs(*end)
	}
	for _, end := range ends {
		child, err := self("exitcode", "-end", end)
		lockstep.Check(err)
		err = run(child)
		if child.ProcessState == nil { // it has not started
			lockstep.Check(err)
		}
		lockstep.Say("%s: ExitCode %d, in a shell %d, error: %v",
			end, child.ProcessState.ExitCode(), shellStatus(child.ProcessState), err)
	}
	missing := exec.Command("./no-such-program")
	notThere := errors.Is(run(missing), fs.ErrNotExist)
	lockstep.Say("no such program: %t, and its state is %v", notThere, missing.ProcessState)
}

// run runs cmd. If it fails, the error says how, and the first line that it wrote
// to standard error.
func run(cmd *exec.Cmd) error {
	_, err := cmd.Output() // keeps the beginning and the end of standard error
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && len(exit.Stderr) > 0 {
		reason, _, _ := strings.Cut(string(exit.Stderr), "\n")
		err = fmt.Errorf("%w: %s", err, reason)
	}
	return err
}

// shellStatus returns what a shell would have in its variable $?. That is the exit
// code; or, if a signal killed the process, 128 plus the number of the signal.
func shellStatus(state *os.ProcessState) int {
	status, ok := state.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

func endAs(end string) {
	switch end {
	case "panic":
		panic("the child's fault")
	case "killed":
		process, err := os.FindProcess(os.Getpid())
		lockstep.Check(err)
		lockstep.Check(process.Kill())
		select {} // not for long
	case "3":
		fmt.Fprintln(os.Stderr, "nothing to do")
		os.Exit(3)
	}
	os.Exit(0)
}

// self returns a command that runs this program again, with other arguments.
func self(args ...string) (*exec.Cmd, error) {
	path, err := os.Executable() // the file that this program was started from
	if err != nil {
		return nil, err
	}
	return exec.Command(path, args...), nil
}
