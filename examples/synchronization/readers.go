package main

import (
	"errors"

	"example.com/lockstep/examples/synchronization/psync"
)

const (
	rwAt      = 512
	leftAt    = 64 // the writer keeps both equal
	sameAt    = 72
	readingAt = 128
)

// runReaders lets n readers in together. A writer waits for them, and keeps new readers out.
func runReaders(args []string) error {
	fs := newFlags("readers")
	n := intFlag(fs, "n", 3, 1, 32, "how many readers")
	if err := parse(fs, args); err != nil {
		return err
	}
	c, err := newCrew()
	if err != nil {
		return err
	}
	defer c.end()
	rw, err := psync.OpenRWMutex(c.mem[rwAt:])
	if err != nil {
		return err
	}
	if err := c.startAll(*n, "reader", "reader-child"); err != nil {
		return err
	}
	readers := c.members
	if err := each(readers, (*process).step); err != nil {
		return err
	}
	say("%d readers inside", number(c.mem, readingAt).Load())
	writer, err := c.start("writer", "writer-child")
	if err != nil {
		return err
	}
	if err := writer.allow(); err != nil {
		return err
	}
	err = eventually("a writer that keeps readers out", func() (bool, error) {
		err := rw.TryRLock()
		if errors.Is(err, psync.ErrLocked) {
			return true, nil
		}
		return false, errors.Join(err, rw.RUnlock())
	})
	if err != nil {
		return err
	}
	say("a writer waits; one more reader: %v", rw.TryRLock())
	if err := each(readers, (*process).allow); err != nil {
		return err
	}
	if err := writer.done(); err != nil {
		return err
	}
	if err := c.wait(); err != nil {
		return err
	}
	say("the last reader reads %d", number(c.mem, leftAt).Load())
	return rw.RLock()
}

func readerChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	rw, err := psync.OpenRWMutex(m.mem[rwAt:])
	if err != nil {
		return err
	}
	m.allowed()
	if err := rw.RLock(); err != nil {
		return err
	}
	inside := number(m.mem, readingAt)
	inside.Add(1)
	m.say("reads %d and %d", number(m.mem, leftAt).Load(), number(m.mem, sameAt).Load())
	if err := m.done(); err != nil {
		return err
	}
	m.allowed()
	inside.Add(-1)
	return rw.RUnlock()
}

func writerChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	rw, err := psync.OpenRWMutex(m.mem[rwAt:])
	if err != nil {
		return err
	}
	m.allowed()
	if err := rw.Lock(); err != nil {
		return err
	}
	m.say("writes, with %d readers inside", number(m.mem, readingAt).Load())
	number(m.mem, leftAt).Add(1)
	number(m.mem, sameAt).Add(1)
	return errors.Join(rw.Unlock(), m.done())
}
