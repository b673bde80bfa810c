package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"

	"golang.org/x/sys/unix"
)

// runPosixTrap locks a file, opens and closes it once more, and asks another process whether the
// lock is still there.
func runPosixTrap(args []string) error {
	if err := parse(newFlags("posixtrap"), args); err != nil {
		return err
	}
	for _, kind := range []string{"fcntl", "ofd", "flock"} {
		if err := closeAnother(kind); err != nil {
			return err
		}
	}
	return nil
}

func closeAnother(kind string) error {
	f, err := unnamed()
	if err != nil {
		return err
	}
	defer f.Close()
	if err := tryFile(f, kind); err != nil {
		return err
	}
	before, err := probe(f.Name(), kind)
	if err != nil {
		return err
	}
	another, err := os.Open(f.Name()) // some library reads the same file
	if err != nil {
		return err
	}
	another.Close() // NOTE: incorrect with fcntl: the process's locks on the file are gone
	after, err := probe(f.Name(), kind)
	if err != nil {
		return err
	}
	say("%-5s %s; after another descriptor is closed: %s", kind, before, after)
	return nil
}

// tryFile locks f without waiting.
func tryFile(f *os.File, kind string) error {
	whole := unix.Flock_t{Type: unix.F_WRLCK}
	switch kind {
	case "fcntl":
		return unix.FcntlFlock(f.Fd(), unix.F_SETLK, &whole)
	case "ofd":
		return unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &whole)
	}
	return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
}

// probe asks another process whether it could have the lock.
func probe(path, kind string) (string, error) {
	err := self("probe-child", path, kind).Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == probeLocked {
		return "locked", nil
	}
	return "free", err
}

const probeLocked = 3

func probeChild(args []string) error {
	f, err := os.OpenFile(args[0], os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	err = tryFile(f, args[1])
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		os.Exit(probeLocked)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", args[1], err)
	}
	return nil
}
