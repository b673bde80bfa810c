package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

const writers, linesEach = 3, 200

// runWhole lets three processes write lines at full speed, first into one pipe, then into one file
// opened for appending, and counts the lines that are not of one writer throughout.
func runWhole(args []string) error {
	fs := newFlags("whole")
	size := intFlag(fs, "size", 512, 2, 4096, "bytes in a line, the newline included")
	if err := parse(fs, args); err != nil {
		return err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	inPipe, err := countTorn(w, r, *size)
	if err != nil {
		return err
	}
	say("pipe: %s", inPipe)

	dir, err := os.MkdirTemp("", "hello")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "log")
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	log, err := os.Open(name)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	defer log.Close()
	os.RemoveAll(dir) // now already, where an open file may lose its name: then a kill leaves nothing
	inFile, err := countTorn(f, log, *size)
	if err != nil {
		return err
	}
	say("file: %s", inFile)
	return nil
}

// countTorn has the writers write to w, which it closes, and reads what they wrote from r.
func countTorn(w, r *os.File, size int) (string, error) {
	var children []*exec.Cmd
	var errs []error
	for i := range writers {
		child := self("whole-child", string(rune('a'+i)), fmt.Sprint(size))
		child.Stdout = w
		if err := child.Start(); err != nil {
			errs = append(errs, err)
			break
		}
		children = append(children, child)
	}
	w.Close()
	if fi, err := r.Stat(); err == nil && fi.Mode().IsRegular() {
		errs = append(errs, waitWriters(children)) // a file's end is not the writers' end
		children = nil
	}
	lines, torn := 0, 0
	for in := bufio.NewReaderSize(r, 1<<16); ; {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			errs = append(errs, err)
			break
		}
		lines++
		if len(line) != size || bytes.Count(line, line[:1]) != size-1 {
			torn++
		}
	}
	errs = append(errs, waitWriters(children))
	return fmt.Sprintf("%d lines of %d bytes from %d writers, %d torn", lines, size, writers, torn), errors.Join(errs...)
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
	var size int
	if _, err := fmt.Sscan(args[1], &size); err != nil {
		return err
	}
	line := append(bytes.Repeat([]byte(args[0]), size-1), '\n')
	for range linesEach {
		if _, err := os.Stdout.Write(line); err != nil {
			return err
		}
	}
	return nil
}
