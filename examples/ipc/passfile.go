//go:build unix

package main

import (
	"fmt"
	"net"
	"os"
	"syscall"
)

// runPassFile makes a file without a name and passes the descriptor to a child that is already
// running. What arrives is the same open file: both share its offset.
func runPassFile(args []string) error {
	fs := newFlags("passfile")
	kill := fs.Bool("kill", false, "kill the worker before it has read")
	if err := parse(fs, args); err != nil {
		return err
	}
	f, err := anonymousFile()
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.WriteString("line one\nline two\n"); err != nil {
		return err
	}
	if _, err := f.Seek(0, 0); err != nil {
		return err
	}
	ours, theirs, err := connectedPair(syscall.SOCK_STREAM)
	if err != nil {
		return err
	}
	defer ours.Close()
	worker := self("passfile-worker", "-kill="+fmt.Sprint(*kill))
	worker.ExtraFiles = []*os.File{theirs}
	var c crew
	err = c.start("worker", worker)
	theirs.Close()
	if err != nil {
		return err
	}
	conn, err := net.FileConn(ours)
	if err == nil {
		defer conn.Close()
		say("the file has no name any more: nobody can open it")
		err = sendFile(conn.(*net.UnixConn), "logbook", f)
	}
	if err != nil {
		c.giveUp()
	}
	if waitErr := c.wait(); waitErr != nil {
		return waitErr // the cause, if there is another error
	}
	if err != nil {
		return err
	}
	rest := make([]byte, 9)
	if _, err := f.Read(rest); err != nil {
		return err
	}
	say("the parent reads on where the worker stopped: %q", rest)
	return nil
}

func passFileWorker(args []string) error {
	fs := newFlags("passfile-worker")
	kill := fs.Bool("kill", false, "die before reading")
	if err := parse(fs, args); err != nil {
		return err
	}
	watchParent("")
	conn, err := inheritedConn(3)
	if err != nil {
		return err
	}
	name, f, err := receiveFile(conn)
	if err != nil {
		return err
	}
	defer f.Close()
	if *kill {
		die()
	}
	say("[worker] gets a descriptor for %q", name)
	line := make([]byte, 9)
	if _, err := f.Read(line); err != nil {
		return err
	}
	say("[worker] reads %q", line)
	return nil
}
