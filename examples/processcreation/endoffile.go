package main

import (
	"errors"
	"io"
	"os"
)

// runEndOfFile kills a child that holds the write end of a pipe to the grandchild. However a
// process ends, the kernel closes its files: the grandchild reads end-of-file, and ends too.
func runEndOfFile(args []string) error {
	if err := parse(newFlags("endoffile"), args); err != nil {
		return err
	}
	child := self("endoffile-child")
	hold, err := child.StdinPipe() // ends the child, and so the family, if this program is killed
	if err != nil {
		return err
	}
	defer hold.Close()
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	child.Stdout = w // the grandchild's too, so its end-of-file says that both are gone
	err = child.Start()
	w.Close()
	if err != nil {
		return err
	}
	ready := make([]byte, len(watching))
	if _, err := io.ReadFull(r, ready); err != nil {
		return errors.Join(err, child.Process.Kill(), child.Wait())
	}
	if err := child.Process.Kill(); err != nil {
		return err
	}
	child.Wait() // its error says what we know: killed
	say("%sthe child was killed", ready)
	last, err := io.ReadAll(r)
	say("%sboth are gone", last)
	return err
}

const watching = "[grandchild] watches its parent\n"

func endOfFileChild(args []string) error {
	g := self("endoffile-grandchild")
	hold, err := g.StdinPipe()
	if err != nil {
		return err
	}
	defer hold.Close() // at the latest by the kernel, when this process ends
	if err := g.Start(); err != nil {
		return err
	}
	return waiter(nil)
}

func endOfFileGrandchild(args []string) error {
	stdout.Write([]byte(watching))
	// A program with work to do reads in a goroutine of its own, and cancels a context.
	if err := waiter(nil); err != nil {
		return err
	}
	say("[grandchild] end of file: its parent is gone")
	return nil
}
