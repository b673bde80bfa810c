package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
)

// runExitCode shows the ends a child can come to by itself, and the start that fails.
func runExitCode(args []string) error {
	if err := parse(newFlags("exitcode"), args); err != nil {
		return err
	}
	for _, end := range []string{"0", "3", "panic"} {
		child := self("exitcode-child", end)
		child.Stderr = io.Discard // see report for what to do with it
		err := child.Run()
		// Run, Wait and Output make an error of any exit code but 0.
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			return err // it did not run at all
		}
		state := child.ProcessState
		say("%s: ExitCode %d, Success %t, error %v", end, state.ExitCode(), state.Success(), err)
	}
	missing := exec.Command("./no-such-program")
	notThere := errors.Is(missing.Run(), fs.ErrNotExist)
	say("no such program: %t, and its state is %v", notThere, missing.ProcessState)
	return nil
}

func exitCodeChild(args []string) error {
	if args[0] == "panic" {
		panic("the child's fault")
	}
	code, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	fmt.Printf("the child ends with %d\n", code)
	os.Exit(code)
	return nil
}
