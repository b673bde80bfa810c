//go:build unix

package main

import (
	"fmt"
	"io"
	"os"
)

// runExtraFile hands an open file to a child. Element i of ExtraFiles is descriptor 3+i there: the
// same open file, so that both read on from one position. All else that is open here is closed in
// the child, for Go opens every file close-on-exec.
func runExtraFile(args []string) error {
	if err := parse(newFlags("extrafile"), args); err != nil {
		return err
	}
	// Without a name, the file ends with its last descriptor, whoever is killed.
	f, err := anonymousFile()
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteString("first\nsecond\n")
	if _, seekErr := f.Seek(0, io.SeekStart); err == nil {
		err = seekErr
	}
	if err != nil {
		return err
	}
	child := self("extrafile-child")
	child.ExtraFiles = []*os.File{f}
	if err := child.Run(); err != nil {
		return fmt.Errorf("child: %w", err)
	}
	rest, err := io.ReadAll(f)
	say("the parent reads on: %q", rest)
	return err
}

func extraFileChild(args []string) error {
	f := os.NewFile(3, "shared")
	line := make([]byte, len("first\n"))
	if _, err := io.ReadFull(f, line); err != nil {
		return err
	}
	say("[child] descriptor 3 has no name, and reads %q", line)
	return nil
}
