package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// runHello starts n processes. Each waits for a byte on its standard input before it speaks, so
// that all are alive at once; each speaks in one write, so that no two lines mix.
func runHello(args []string) error {
	fs := newFlags("hello")
	n := intFlag(fs, "n", 4, 1, 64, "how many processes")
	victim := intFlag(fs, "kill", 0, 0, 64, "kill this process before it speaks; 0 is none")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *victim > *n {
		return usagef("-kill %d: there are only %d processes", *victim, *n)
	}
	say("parent %d starts %d processes", os.Getpid(), *n)
	children := make([]*exec.Cmd, *n)
	gates := make([]io.WriteCloser, *n)
	for i := range children {
		child := self("hello-child", fmt.Sprint(i+1))
		gate, err := child.StdinPipe()
		if err == nil {
			err = child.Start()
		}
		if err != nil {
			// The children started so far see the end of their input, and end.
			return errors.Join(fmt.Errorf("start process %d: %w", i+1, err), waitAll(children[:i], gates[:i]))
		}
		children[i], gates[i] = child, gate
	}
	if *victim > 0 {
		if err := children[*victim-1].Process.Kill(); err != nil {
			return errors.Join(err, waitAll(children, gates))
		}
	}
	for i := range gates {
		if i+1 != *victim {
			fmt.Fprint(gates[i], "!") // a failure here is the child's end, which waitAll reports
		}
	}
	if err := waitAll(children, gates); err != nil {
		return err
	}
	say("all %d have ended", *n)
	return nil
}

// waitAll closes the children's inputs, waits for every child and names those that failed.
func waitAll(children []*exec.Cmd, gates []io.WriteCloser) error {
	var errs []error
	for i, child := range children {
		gates[i].Close()
		if err := child.Wait(); err != nil {
			errs = append(errs, fmt.Errorf("process %d: %w", i+1, err))
		}
	}
	return errors.Join(errs...)
}

func helloChild(args []string) error {
	// End-of-file instead of a byte: the parent is gone or has given up.
	if _, err := io.ReadFull(os.Stdin, make([]byte, 1)); err != nil {
		return fmt.Errorf("process %s: no start signal: %w", args[0], err)
	}
	say("[process %s] hello from pid %d, child of %d", args[0], os.Getpid(), os.Getppid())
	return nil
}
