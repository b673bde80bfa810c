package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
)

// runToken starts n processes that pass one byte around: who holds it prints.
func runToken(args []string) error {
	fs := newFlags("token")
	n := intFlag(fs, "n", 4, 1, 64, "how many processes")
	victim := intFlag(fs, "kill", 0, 0, 64, "kill this process before the token comes; 0 is none")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *victim > *n {
		return usagef("-kill %d: there are only %d processes", *victim, *n)
	}
	order := make([]int, *n)
	for i := range order {
		order[i] = i + 1
	}
	return passToken(order, *victim)
}

// passToken passes a token along a chain of processes. One that dies closes its pipes: the one
// before it cannot write, the next sees end-of-file, and the chain ends. The victim dies before the
// token is on its way; 0 is nobody.
func passToken(order []int, victim int) error {
	children, put, last, err := startChain(order)
	ends := make([]error, len(children))
	if i := slices.Index(order, victim); i >= 0 && err == nil {
		err = children[i].Process.Kill()
		ends[i] = children[i].Wait()
	}
	if err == nil {
		if _, err = put.Write([]byte("t")); err == nil {
			_, err = io.ReadFull(last, make([]byte, 1))
		}
		if err != nil {
			err = fmt.Errorf("the token is lost: %w", err)
		}
	}
	put.Close()
	last.Close()
	for i, child := range children {
		if child.ProcessState == nil {
			ends[i] = child.Wait()
		}
		if ends[i] != nil {
			err = errors.Join(err, fmt.Errorf("process %d: %w", order[i], ends[i]))
		}
	}
	if err == nil {
		say("the token is back")
	}
	return err
}

// startChain starts a process for each number. Its standard input is the pipe from the one before
// it, its descriptor 3 the pipe to the next. Returned are those started, and the chain's two ends.
func startChain(order []int) (children []*exec.Cmd, put, last *os.File, err error) {
	last, put, err = os.Pipe()
	if err != nil {
		return nil, nil, nil, err
	}
	for _, number := range order {
		r, w, err := os.Pipe()
		if err != nil {
			return children, put, last, err
		}
		child := self("token-child", fmt.Sprint(number))
		child.Stdin = last
		child.ExtraFiles = []*os.File{w} // descriptor 3 in the child
		err = child.Start()
		// These ends belong to the child now. Kept open here, they would hide its death.
		last.Close()
		w.Close()
		last = r
		if err != nil {
			return children, put, last, fmt.Errorf("start process %d: %w", number, err)
		}
		children = append(children, child)
	}
	return children, put, last, nil
}

func tokenChild(args []string) error {
	token := make([]byte, 1)
	if _, err := io.ReadFull(os.Stdin, token); err != nil {
		return fmt.Errorf("process %s: the token did not come: %w", args[0], err)
	}
	say("[process %s] has the token", args[0])
	if _, err := os.NewFile(3, "the next process").Write(token); err != nil {
		return fmt.Errorf("process %s: cannot pass the token on: %w", args[0], err)
	}
	return nil
}
