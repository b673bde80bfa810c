//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"regexp"
)

// runSigbus truncates the file behind a mapping that a child reads. The pages behind the new end
// are gone: touching one is a SIGBUS, which no error check sees coming.
func runSigbus(args []string) error {
	if err := parse(newFlags("sigbus"), args); err != nil {
		return err
	}
	var trace bytes.Buffer
	err := truncateUnder("sigbus-child", &trace)
	if err == nil {
		return errors.New("the reader lives")
	}
	say("%v", err)
	if cause := regexp.MustCompile(`SIGBUS: bus error`).Find(trace.Bytes()); cause != nil {
		say("its last words: %s", cause)
		return nil
	}
	return errors.New(trace.String())
}

// truncateUnder lets a child read two pages, takes the second away, and lets it read again.
func truncateUnder(role string, stderr *bytes.Buffer) error {
	page := os.Getpagesize()
	mem, err := newMemory(2 * page)
	if err != nil {
		return err
	}
	defer mem.close()
	mem.bytes[0], mem.bytes[page] = 1, 2
	cmd := self(role, "reader")
	if stderr != nil {
		cmd.Stderr = stderr
	}
	w, err := startCmd(mem, "reader", cmd)
	if err != nil {
		return err
	}
	if err := w.step(); err != nil {
		return err
	}
	if err := mem.file.Truncate(int64(page)); err != nil {
		return errors.Join(err, w.end())
	}
	say("the file is one page long now")
	return errors.Join(w.step(), w.end())
}

func sigbusChild([]string) error {
	mem, err := inherited()
	if err != nil {
		return err
	}
	for range 2 {
		if err := turn(); err != nil {
			return err
		}
		// NOTE: incorrect: the length of a mapping is what its file had once
		say("[reader] reads both pages: %d and %d", mem.bytes[0], mem.bytes[os.Getpagesize()])
		if err := done(); err != nil {
			return err
		}
	}
	return nil
}
