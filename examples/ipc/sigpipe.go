//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// runSigpipe lets a child write to a pipe that nobody reads, as its standard output, as its standard
// error and as descriptor 3. The system sends SIGPIPE each time; Go lets it kill the process only for
// descriptors 1 and 2, so that a filter ends quietly when its reader does.
func runSigpipe(args []string) error {
	fs := newFlags("sigpipe")
	ignore := fs.Bool("ignore", false, "let the child ignore SIGPIPE")
	if err := parse(fs, args); err != nil {
		return err
	}
	for _, fd := range []int{1, 2, 3} {
		r, w, err := os.Pipe()
		if err != nil {
			return err
		}
		r.Close() // there is no reader any more
		child := self("sigpipe-child", "-fd", fmt.Sprint(fd), "-ignore="+fmt.Sprint(*ignore))
		switch fd {
		case 1:
			child.Stdout = w
		case 2:
			child.Stderr = w
		case 3:
			child.ExtraFiles = []*os.File{w}
		}
		var c crew
		err = c.start("child", child)
		w.Close()
		if err != nil {
			return err
		}
		if err := c.wait(); err != nil {
			say("write to descriptor %d: %v", fd, err) // NOTE: incorrect: it had no chance to tidy up
		} else {
			say("write to descriptor %d: the child ended by itself", fd)
		}
	}
	return nil
}

func sigpipeChild(args []string) error {
	fs := newFlags("sigpipe-child")
	fd, ignore := fs.Uint("fd", 1, "where to write"), fs.Bool("ignore", false, "ignore SIGPIPE")
	if err := parse(fs, args); err != nil {
		return err
	}
	watchParent("")
	if *ignore {
		signal.Ignore(syscall.SIGPIPE)
	}
	_, err := os.NewFile(uintptr(*fd), "pipe").Write([]byte("anyone there?\n"))
	if !errors.Is(err, syscall.EPIPE) {
		return fmt.Errorf("write gave %v, want EPIPE", err)
	}
	if *fd == 3 {
		say("[child] %v: handled, and still running", err)
	}
	return nil
}
