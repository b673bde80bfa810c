//go:build unix

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
)

// runPipe sends the ring's messages through a pipe, a write and a read for each.
func runPipe(args []string) error {
	fs := newFlags("pipe")
	n := intFlag(fs, "n", 1000, 1, 100_000_000, "how many messages")
	size := intFlag(fs, "size", 64, leastSize, 1<<20, "bytes in a message")
	victim := fs.String("kill", "", "kill the `writer` before the fourth message")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *victim != "" && *victim != "writer" {
		return usagef("-kill %q: want writer", *victim)
	}
	children, err := startPipe(*n, *size, *victim)
	return errors.Join(err, waitNamed(children))
}

func startPipe(n, size int, victim string) ([]*exec.Cmd, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	defer w.Close()
	var children []*exec.Cmd
	for role, end := range map[string]*os.File{"writer": w, "reader": r} {
		how := "close"
		if role == victim {
			how = "die"
		}
		child := self("pipe-"+role, role, strconv.Itoa(n), strconv.Itoa(size), how)
		child.ExtraFiles = []*os.File{end}
		if _, err := child.StdinPipe(); err != nil {
			return children, err
		}
		if err := child.Start(); err != nil {
			return children, fmt.Errorf("start %s: %w", role, err)
		}
		children = append(children, child)
	}
	return children, nil
}

func pipeWriter(args []string) error {
	endWithParent()
	j, err := parseJob(args)
	if err != nil {
		return err
	}
	w, s, m := os.NewFile(3, "pipe"), newSender(j.size), make([]byte, j.size)
	for i := range j.n {
		if j.end == "die" && i == before {
			return kill9()
		}
		s.fill(m)
		if _, err := w.Write(m); err != nil {
			return err
		}
	}
	say("[writer] has sent %d messages of %d bytes", j.n, j.size)
	return w.Close()
}

func pipeReader(args []string) error {
	endWithParent()
	j, err := parseJob(args)
	if err != nil {
		return err
	}
	r, m, got := os.NewFile(3, "pipe"), make([]byte, j.size), receiver{}
	for {
		if _, err := io.ReadFull(r, m); err == io.EOF {
			break // the end, or the writer's end? a pipe does not tell
		} else if err != nil {
			return err
		}
		if err := got.take(m); err != nil {
			return err
		}
	}
	say("[reader] has taken %d messages, each whole and in its place", got.number)
	if got.number < uint64(j.n) {
		say("[reader] sees the end, and cannot tell that there was more")
		return nil
	}
	return got.check(j)
}
