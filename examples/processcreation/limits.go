//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// runLimits starts a child that may have few files open. Go has no field for limits: the child
// sets them on itself, then becomes the program they are meant for, which inherits them.
func runLimits(args []string) error {
	fs := newFlags("limits")
	files := intFlag(fs, "files", 32, 16, 1024, "the child's limit on open files")
	if err := parse(fs, args); err != nil {
		return err
	}
	var before, after syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
		return os.NewSyscallError("getrlimit", err)
	}
	if err := self("limits-child", fmt.Sprint(*files)).Run(); err != nil {
		return fmt.Errorf("child: %w", err)
	}
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &after); err != nil {
		return os.NewSyscallError("getrlimit", err)
	}
	say("the parent's own limit is what it was: %t", before == after)
	return nil
}

// limitsChild is the step between. Set by syscall.Setrlimit the limit survives Exec; otherwise
// Exec and Start restore what the Go runtime found when it raised its own limit on open files.
func limitsChild(args []string) error {
	var limit syscall.Rlimit
	if _, err := fmt.Sscan(args[0], &limit.Cur); err != nil {
		return err
	}
	limit.Max = limit.Cur // the hard limit too, or the program may raise the soft one again
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return os.NewSyscallError("setrlimit", err)
	}
	path, err := os.Executable()
	if err != nil {
		return err
	}
	return os.NewSyscallError("exec", syscall.Exec(path, []string{path, "limits-count"}, os.Environ()))
}

// limitsCount opens files until it may not. They are closed when it ends.
func limitsCount(args []string) error {
	for last := 0; ; {
		fd, err := syscall.Open("/dev/null", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
		if errors.Is(err, syscall.EMFILE) {
			say("[child] descriptor %d is the last: %v", last, err)
			return nil
		}
		if err != nil {
			return os.NewSyscallError("open", err)
		}
		last = fd
	}
}
