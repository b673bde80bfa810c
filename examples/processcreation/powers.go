package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
)

// runPowers computes the square and the cube of a number, each in a process of its own. Start
// does not wait: both are alive at once, and each begins when it is sent a byte.
func runPowers(args []string) error {
	fs := newFlags("powers")
	n := intFlag(fs, "n", 10, -2000000, 2000000, "the number")
	victim := fs.String("kill", "", "kill this `process` before it computes: square or cube")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *victim != "" && *victim != "square" && *victim != "cube" {
		return usagef("-kill %q: want square or cube", *victim)
	}
	var children []*powerChild
	var errs []error
	for _, name := range []string{"square", "cube"} {
		child, err := startPower(name, *n)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
			break
		}
		children = append(children, child)
	}
	for _, child := range children {
		// A failure here is the child's end, which Wait reports.
		if child.name == *victim {
			child.cmd.Process.Kill()
		} else if len(errs) == 0 {
			fmt.Fprint(child.gate, "!")
		}
	}
	for _, child := range children {
		child.gate.Close()
		if err := child.cmd.Wait(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", child.name, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	say("both have ended")
	return nil
}

type powerChild struct {
	name string
	cmd  *exec.Cmd
	gate io.WriteCloser // the child's standard input: a byte means begin
}

func startPower(name string, n int) (*powerChild, error) {
	cmd := self("powers-child", name, strconv.Itoa(n))
	gate, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	return &powerChild{name, cmd, gate}, err
}

func powersChild(args []string) error {
	name := args[0]
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	// End-of-file instead of a byte: the parent is gone or has given up.
	if _, err := io.ReadFull(os.Stdin, make([]byte, 1)); err != nil {
		return fmt.Errorf("%s: no start signal: %w", name, err)
	}
	power := n * n
	if name == "cube" {
		power *= n
	}
	say("[%s] of %d is %d", name, n, power)
	return nil
}
