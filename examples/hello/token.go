package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// runToken starts n processes that pass one byte around: who holds it prints.
func runToken(args []string) error {
	fs := newFlags("token")
	n := intFlag(fs, "n", 4, 1, 64, "how many processes")
	if err := parse(fs, args); err != nil {
		return err
	}
	order := make([]int, *n)
	for i := range order {
		order[i] = i + 1
	}
	return passToken(order)
}

// passToken starts a process for each number, in a chain of pipes, and puts a token in at the
// front. A process that dies closes its pipe: the next sees end-of-file, and the chain ends.
func passToken(order []int) error {
	first, put, err := os.Pipe()
	if err != nil {
		return err
	}
	in := first
	var children []*exec.Cmd
	for _, number := range order {
		r, w, pipeErr := os.Pipe()
		if pipeErr != nil {
			err = pipeErr
			break
		}
		child := self("token-child", fmt.Sprint(number))
		child.Stdin = in
		child.ExtraFiles = []*os.File{w} // descriptor 3 in the child
		err = child.Start()
		// The ends now belong to the child. Kept open here, they would hide its death.
		in.Close()
		w.Close()
		in = r
		if err != nil {
			break
		}
		children = append(children, child)
	}
	if err == nil {
		_, err = put.Write([]byte("t"))
	}
	put.Close()
	if err == nil {
		if _, tokenErr := io.ReadFull(in, make([]byte, 1)); tokenErr != nil {
			err = fmt.Errorf("the token was lost: %w", tokenErr)
		}
	}
	in.Close()
	errs := []error{err}
	for i, child := range children {
		if waitErr := child.Wait(); waitErr != nil {
			errs = append(errs, fmt.Errorf("process %d: %w", order[i], waitErr))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	say("the token is back")
	return nil
}

func tokenChild(args []string) error {
	token := make([]byte, 1)
	if _, err := io.ReadFull(os.Stdin, token); err != nil {
		return fmt.Errorf("process %s: the token did not come: %w", args[0], err)
	}
	say("[process %s] has the token", args[0])
	_, err := os.NewFile(3, "next").Write(token)
	return err
}
