package main

import (
	"bufio"
	"fmt"
	"os"
)

// runBuffered lets a child print through a buffer and leave with os.Exit, and shows what arrived:
// nothing, unless it flushes.
func runBuffered(args []string) error {
	fs := newFlags("buffered")
	flush := fs.Bool("flush", false, "flush the buffer before the exit")
	if err := parse(fs, args); err != nil {
		return err
	}
	child := self("buffered-child", fmt.Sprint(*flush))
	child.Stdout = nil // Output collects it
	out, err := child.Output()
	if err != nil {
		return fmt.Errorf("child: %w", err)
	}
	say("the child printed 3 lines of 6 bytes and exited with status %d", child.ProcessState.ExitCode())
	say("%d of 18 bytes arrived", len(out))
	return nil
}

func bufferedChild(args []string) error {
	w := bufio.NewWriter(os.Stdout)
	for range 3 {
		fmt.Fprintln(w, "hello")
	}
	if args[0] == "true" {
		if err := w.Flush(); err != nil {
			return err
		}
	}
	os.Exit(0) // NOTE: incorrect without the flush: the buffer ends with the process
	return nil
}
