package main

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// runReplace starts one child, which becomes another program half-way. The process stays: its
// pid, its parent, its open files. The program goes: memory, threads, deferred calls.
func runReplace(args []string) error {
	if err := parse(newFlags("replace"), args); err != nil {
		return err
	}
	child := self("replace-child")
	if err := child.Run(); err != nil {
		return fmt.Errorf("child: %w", err)
	}
	say("one child was started, and one has ended, with status %d", child.ProcessState.ExitCode())
	return nil
}

func replaceChild(args []string) error {
	defer say("[child] never printed: the program that deferred it is gone")
	path, err := os.Executable()
	if err != nil {
		return err
	}
	say("[child] is pid %d", os.Getpid())
	pid := strconv.Itoa(os.Getpid())
	err = syscall.Exec(path, []string{path, "replace-next", pid}, os.Environ())
	return os.NewSyscallError("exec", err) // reached only if it failed
}

func replaceNext(args []string) error {
	same := args[0] == strconv.Itoa(os.Getpid())
	say("[child] is another program now, and still pid %d: %t", os.Getpid(), same)
	return nil
}
