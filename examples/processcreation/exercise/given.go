//go:build unix

package main

// What is given. It is right as it is: your program goes into exercise.go.

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strconv"
	"time"
)

var errNotBegun = errors.New("not begun: write RunTree in examples/processcreation/exercise/exercise.go")

// patience is how long the tree has to end after RunTree has returned.
const patience = 5 * time.Second

func main() {
	log.SetFlags(0)
	ends := flag.Int("ends", -1, "the child ends by itself, with this exit `code` from 0 to 125; -1: it works on")
	flag.Parse()
	switch flag.Arg(0) {
	case "child":
		check(child(*ends))
	case "grandchild":
		check(grandchild())
	case "":
		if *ends < -1 || *ends > 125 {
			fmt.Fprintln(os.Stderr, "usage: exercise [-ends code from 0 to 125]")
			os.Exit(2)
		}
		check(parent(*ends))
	}
}

// parent lets RunTree run the child. Once the grandchild works, it cancels the context.
func parent(ends int) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, "-ends", strconv.Itoa(ends), "child")
	// The tree reads end-of-file, and ends, when this program does, whatever RunTree has done.
	input, lifeline, err := os.Pipe()
	if err != nil {
		return err
	}
	defer lifeline.Close()
	// We read end-of-file when child and grandchild have ended.
	alive, working, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd.Stdin, cmd.ExtraFiles = input, []*os.File{working}
	gone := make(chan error)
	go func() {
		lines := bufio.NewScanner(alive)
		for lines.Scan() {
			fmt.Println(lines.Text())
			if lines.Text() == "the grandchild works" {
				cancel()
			}
		}
		gone <- lines.Err()
	}()
	err = RunTree(cmd)
	if errors.Is(err, errNotBegun) {
		return err
	}
	input.Close()
	working.Close()
	alive.SetReadDeadline(time.Now().Add(patience))
	if err := <-gone; err != nil {
		return errors.New("RunTree has returned, and there is still somebody working")
	}
	fmt.Printf("all have ended, RunTree returns: %v\n", err)
	return nil
}

// child starts the grandchild, and waits for it.
func child(ends int) error {
	if ends >= 0 {
		os.Exit(ends)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	working := os.NewFile(3, "working")
	fmt.Fprintln(working, "the child works")
	grandchild := exec.Command(self, "grandchild")
	grandchild.Stdin, grandchild.ExtraFiles = os.Stdin, []*os.File{working}
	return grandchild.Run()
}

// grandchild does nothing until the input ends.
func grandchild() error {
	fmt.Fprintln(os.NewFile(3, "working"), "the grandchild works")
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
