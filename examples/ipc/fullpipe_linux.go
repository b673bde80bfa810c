package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// runFullPipe starts a child that prints, waits for its end, and reads what it printed after that.
// The child cannot end before all it prints is in the pipe, and the pipe holds 64 KiB.
func runFullPipe(args []string) error {
	fs := newFlags("fullpipe")
	size := intFlag(fs, "bytes", 64<<10+1, 0, 1<<20, "how much the child prints")
	if err := parse(fs, args); err != nil {
		return err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	room, err := unix.FcntlInt(r.Fd(), unix.F_GETPIPE_SZ, 0)
	if err != nil {
		return err
	}
	child := self("fullpipe-child", "-bytes", fmt.Sprint(*size))
	child.Stdout = w
	var c crew
	if err := c.start("child", child); err != nil {
		return err
	}
	w.Close()
	// region wait
	ended := make(chan error, 1)
	go func() { ended <- c.wait() }() // NOTE: incorrect: nobody reads until the child has ended
	// endregion wait

	// Waiting for that would take for ever. What we wait for is either end of the story.
	stuck := false
	var waitErr error
	err = eventually(func() bool {
		select {
		case waitErr = <-ended:
			return true
		default:
			held, _ := unix.IoctlGetInt(int(r.Fd()), unix.TIOCINQ)
			stuck = held == room && held < *size && blockedIn(child.Process.Pid, unix.SYS_WRITE, 1)
			return stuck
		}
	})
	if err != nil {
		child.Process.Kill()
		return fmt.Errorf("the child neither ended nor got stuck: %w", err)
	}
	if stuck {
		say("deadlock: the pipe holds %d of %d bytes and is full", room, *size)
		say("the child waits for room, the parent for the child's end")
	} else {
		say("the child has ended, all it printed is in the pipe")
	}
	n, err := io.Copy(io.Discard, r) // the way out: read, and then wait
	if stuck {
		waitErr = <-ended
	}
	if err := errors.Join(err, waitErr); err != nil {
		return err
	}
	say("the parent reads %d bytes", n)
	return nil
}

func fullPipeChild(args []string) error {
	fs := newFlags("fullpipe-child")
	size := fs.Int("bytes", 0, "how much to print")
	if err := parse(fs, args); err != nil {
		return err
	}
	watchParent("")
	_, err := os.Stdout.Write(bytes.Repeat([]byte("x"), *size))
	return err
}
