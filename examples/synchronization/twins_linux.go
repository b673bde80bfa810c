package main

import (
	"errors"
	"os"
	"sync"

	"example.com/lockstep/examples/synchronization/psync"
	"golang.org/x/sys/unix"
)

// A lock is what the twins have in common.
type lock struct {
	try    func() error // nil, or why it is not locked
	unlock func() error
}

var errHeld = errors.New("held by another")

var twinKinds = []string{"psync", "sync", "flock", "fcntl", "ofd"}

// openLock opens a lock of that kind: in the shared memory, in this process, or on a file.
func openLock(kind string, mem []byte, path string) (lock, error) {
	switch kind {
	case "psync":
		mu, err := psync.OpenMutex(mem[mutexAt:])
		return lock{mu.TryLock, mu.Unlock}, err
	case "sync":
		return lock{trySync, func() error { inProcess.Unlock(); return nil }}, nil
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	return lock{
		func() error { return tryFile(f, kind) },
		func() error { return unlockFile(f, kind) },
	}, err
}

var inProcess sync.Mutex

func trySync() error {
	if !inProcess.TryLock() {
		return errHeld
	}
	return nil
}

func unlockFile(f *os.File, kind string) error {
	whole := unix.Flock_t{Type: unix.F_UNLCK}
	switch kind {
	case "fcntl":
		return unix.FcntlFlock(f.Fd(), unix.F_SETLK, &whole)
	case "ofd":
		return unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &whole)
	}
	return unix.Flock(int(f.Fd()), unix.LOCK_UN)
}

// runTwins asks each kind of lock the same questions, with a holder that is another process and
// then is killed, and prints what it found.
func runTwins(args []string) error {
	if err := parse(newFlags("twins"), args); err != nil {
		return err
	}
	const columns = "%-7s %-10s %-11s %-9s %-9s %s"
	say(columns, "", "processes", "goroutines", "stranger", "is freed", "death is")
	say(columns, "lock", "excluded", "excluded", "refused", "by death", "reported")
	for _, kind := range twinKinds {
		row, err := askTwin(kind)
		if err != nil {
			return err
		}
		say(columns, kind, row[0], row[1], row[2], row[3], row[4])
	}
	return nil
}

func askTwin(kind string) (row [5]string, err error) {
	f, err := unnamed()
	if err != nil {
		return row, err
	}
	defer f.Close()
	c, err := newCrew()
	if err != nil {
		return row, err
	}
	defer c.end()
	mine, err := openLock(kind, c.mem, f.Name())
	if err != nil {
		return row, err
	}
	// Goroutines share what their process has opened: can two of them both have it?
	if err := mine.try(); err != nil {
		return row, err
	}
	row[1] = yes(mine.try() != nil)
	if err := mine.unlock(); err != nil {
		return row, err
	}
	holder, err := c.start("holder", "twin-child", kind, f.Name())
	if err != nil {
		return row, err
	}
	if err := holder.done(); err != nil {
		return row, err
	}
	row[0] = yes(mine.try() != nil)
	if row[0] == "no" { // then there is nothing that another process could do to it
		row[2], row[3], row[4] = "-", "-", "-"
		return row, mine.unlock()
	}
	mine.unlock() // we don't hold it: refused, or without effect
	row[2] = yes(mine.try() != nil)
	if err := holder.cmd.Process.Kill(); err != nil {
		return row, err
	}
	holder.wait() // it was killed: that is no news
	err = mine.try()
	row[4] = yes(errors.Is(err, psync.ErrOwnerDied))
	row[3] = yes(err == nil || errors.Is(err, psync.ErrOwnerDied))
	return row, nil
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func twinChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	l, err := openLock(args[1], m.mem, args[2])
	if err == nil {
		err = l.try()
	}
	if err == nil {
		err = m.done()
	}
	m.allowed() // what comes is the kill
	return err
}
