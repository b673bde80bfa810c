package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
)

// runSlurp lets a process with a limit on its memory read a file as a whole. That
// needs as much memory as the file has bytes, for a count that needs none of it.
func runSlurp(args []string) error {
	fs := newFlags("slurp")
	name := fs.String("in", "", "the text `file`; without one, a million bytes are generated")
	memory := intFlag(fs, "memory", 32, 1, 1<<20, "MiB beyond what the process has at its start")
	if err := parse(fs, args); err != nil {
		return err
	}
	in, err := openInput(*name)
	if err != nil {
		return err
	}
	defer in.close()
	child := self("slurp-child", in.name, strconv.Itoa(*memory))
	input, err := child.StdinPipe()
	if err != nil {
		return err
	}
	defer input.Close()
	var report bytes.Buffer
	child.Stderr = &report
	if err := child.Run(); err != nil {
		first, _, _ := bytes.Cut(report.Bytes(), []byte("\n")) // a stack trace follows
		return fmt.Errorf("process 1: %w: %s", err, first)
	}
	return nil
}

func slurpChild(args []string) error {
	mib, err := strconv.Atoi(args[1])
	if err == nil {
		err = limitMemory(mib)
	}
	if err != nil {
		return err
	}
	go func() { // the parent sends nothing; the end of the input is its own end
		io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	text, err := os.ReadFile(args[0]) // NOTE: incorrect: a file may be larger than the memory
	if err != nil {
		return err
	}
	say("[process 1] %d lines", bytes.Count(text, []byte("\n")))
	return nil
}
