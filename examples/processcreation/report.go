package main

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// runReport runs a child that panics, and fails with a message that says why. If Stderr is not
// set, Output keeps what the child wrote there, the first and last 32 KiB of it, in the error.
func runReport(args []string) error {
	if err := parse(newFlags("report"), args); err != nil {
		return err
	}
	child := self("exitcode-child", "panic")
	child.Stdout, child.Stderr = nil, nil // Output collects them
	_, err := child.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		first, rest, _ := strings.Cut(string(exit.Stderr), "\n")
		say("standard error: the reason, and a stack below it: %t", strings.Contains(rest, "goroutine "))
		return fmt.Errorf("child: %w: %s", err, first)
	}
	return err
}
