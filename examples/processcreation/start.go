package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// runStart gives a child arguments, a changed environment and a directory.
func runStart(args []string) error {
	if err := parse(newFlags("start"), args); err != nil {
		return err
	}
	child := self("start-child", "two words", "$HOME", "*.go")
	child.Dir = string(filepath.Separator) // the root: any folder will do
	// Environ is what the child would have got: ours, with PWD as the new directory. Of two
	// settings of a name the last counts. To assign a short list of one's own to Env instead
	// takes PATH, HOME and TMPDIR from the child as well.
	child.Env = append(child.Environ(), "GREETING=hello")
	if err := child.Run(); err != nil {
		return fmt.Errorf("child: %w", err)
	}
	return nil
}

func startChild(args []string) error {
	for i, arg := range args {
		say("[child] argument %d is %q", i+1, arg)
	}
	say("[child] GREETING is %q", os.Getenv("GREETING"))
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	say("[child] works in %s", dir)
	return nil
}
