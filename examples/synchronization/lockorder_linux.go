package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// runLockOrder has two processes lock two bytes of a file, each in its own order. The second who
// waits would wait for ever; fcntl's locks are the ones that notice.
func runLockOrder(args []string) error {
	fs := newFlags("lockorder")
	fixed := fs.Bool("fixed", false, "both in the same order")
	if err := parse(fs, args); err != nil {
		return err
	}
	c, err := newCrew()
	if err != nil {
		return err
	}
	defer c.end()
	second := []int{1, 0}
	if *fixed {
		second = []int{0, 1}
	}
	a, err := c.start("A", "lockorder-child", 0, 1)
	if err != nil {
		return err
	}
	b, err := c.start("B", "lockorder-child", second[0], second[1])
	if err != nil {
		return err
	}
	if err := a.step(); err != nil {
		return err
	}
	waits := b // for its first byte, if A has that
	if !*fixed {
		if err := b.step(); err != nil {
			return err
		}
		waits = a // for its second, which B has
	}
	if err := waits.allow(); err != nil {
		return err
	}
	err = eventually("a wait in /proc/locks", func() (bool, error) {
		return waitsForLock(waits.cmd.Process.Pid)
	})
	if err != nil {
		return err
	}
	say("%s waits", waits.name)
	if *fixed {
		err = errors.Join(a.step(), b.done(), b.step())
	} else {
		err = errors.Join(b.step(), a.done())
	}
	return errors.Join(err, c.wait())
}

// waitsForLock says whether the kernel lists a process as waiting: "1: -> POSIX … <pid> …".
func waitsForLock(pid int) (bool, error) {
	locks, err := os.ReadFile("/proc/locks")
	for line := range strings.Lines(string(locks)) {
		f := strings.Fields(line)
		if len(f) > 5 && f[1] == "->" && f[5] == fmt.Sprint(pid) {
			return true, err
		}
	}
	return false, err
}

func lockOrderChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	for _, arg := range args[1:] {
		m.allowed()
		at := int64(atoi(arg))
		lock := unix.Flock_t{Type: unix.F_WRLCK, Start: at, Len: 1}
		err := unix.FcntlFlock(m.page.Fd(), unix.F_SETLKW, &lock)
		if err == unix.EDEADLK {
			m.say("byte %d: EDEADLK, %v", at, err)
			return m.done() // and all its locks are released
		} else if err != nil {
			return err
		}
		m.say("has byte %d", at)
		if err := m.done(); err != nil {
			return err
		}
	}
	return nil
}
