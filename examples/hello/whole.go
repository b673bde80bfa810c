package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"strconv"
)

const writers, linesEach = 3, 200

// minLine and maxLine bound the bytes in a line: a letter and the newline; Linux's PIPE_BUF.
const minLine, maxLine = 2, 4096

// runWhole lets three processes write lines at full speed, first into one pipe, then into one file
// opened for appending, and counts the lines that are not of one writer throughout.
func runWhole(args []string) error {
	fs := newFlags("whole")
	size := intFlag(fs, "size", 512, minLine, maxLine, "bytes in a line, the newline included")
	if err := parse(fs, args); err != nil {
		return err
	}
	for _, into := range []struct {
		name  string
		write func(size int) (lines, torn int, err error)
	}{{"pipe", intoPipe}, {"file", intoFile}} {
		lines, torn, err := into.write(*size)
		if err != nil {
			return fmt.Errorf("%s: %w", into.name, err)
		}
		say("%s: %d lines of %d bytes from %d writers, %d torn", into.name, lines, *size, writers, torn)
	}
	return nil
}

func intoPipe(size int) (lines, torn int, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return 0, 0, err
	}
	children, startErr := startWriters(w, size)
	w.Close() // the children have their own; with ours open the pipe would have no end
	lines, torn, err = countLines(r, size)
	r.Close() // and so no writer is kept waiting if the reading failed
	return lines, torn, errors.Join(startErr, err, waitWriters(children))
}

func intoFile(size int) (lines, torn int, err error) {
	f, done, err := appendFile()
	if err != nil {
		return 0, 0, err
	}
	children, startErr := startWriters(f, size)
	waitErr := waitWriters(children) // first, for a file's end is not the writers' end
	lines, torn, err = countLines(io.NewSectionReader(f, 0, math.MaxInt64), size)
	return lines, torn, errors.Join(startErr, waitErr, err, done())
}

func startWriters(w *os.File, size int) ([]*exec.Cmd, error) {
	var children []*exec.Cmd
	for i := range writers {
		child := self("whole-child", string(rune('a'+i)), strconv.Itoa(size))
		child.Stdout = w
		if err := child.Start(); err != nil {
			return children, fmt.Errorf("start writer %d: %w", i+1, err)
		}
		children = append(children, child)
	}
	return children, nil
}

// countLines counts the lines in r, and those that are torn: of another length than size, or not
// of the same letter throughout.
func countLines(r io.Reader, size int) (lines, torn int, err error) {
	for in := bufio.NewReader(r); ; {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			lines++
			if len(line) != size || line[size-1] != '\n' || bytes.Count(line, line[:1]) != size-1 {
				torn++
			}
		}
		if err == io.EOF {
			return lines, torn, nil
		}
		if err != nil {
			return lines, torn, err
		}
	}
}

func waitWriters(children []*exec.Cmd) error {
	var errs []error
	for i, child := range children {
		if err := child.Wait(); err != nil {
			errs = append(errs, fmt.Errorf("writer %d: %w", i+1, err))
		}
	}
	return errors.Join(errs...)
}

func wholeChild(args []string) error {
	size, err := strconv.Atoi(args[1])
	if err != nil || size < minLine || size > maxLine {
		return usagef("size %q: want a whole number from %d to %d", args[1], minLine, maxLine)
	}
	line := append(bytes.Repeat([]byte(args[0]), size-1), '\n')
	for range linesEach {
		if _, err := os.Stdout.Write(line); err != nil {
			return err
		}
	}
	return nil
}
