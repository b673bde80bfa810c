package main

import (
	"example.com/lockstep/examples/synchronization/psync"
)

// runStranger has a process unlock what another holds, so that a third gets in beside it.
func runStranger(args []string) error {
	fs := newFlags("stranger")
	fixed := fs.Bool("fixed", false, "with a lock that knows its owner")
	if err := parse(fs, args); err != nil {
		return err
	}
	c, err := newCrew()
	if err != nil {
		return err
	}
	defer c.end()
	for _, name := range []string{"owner", "stranger", "third"} {
		if _, err := c.start(name, "stranger-child", *fixed); err != nil {
			return err
		}
	}
	if err := each(c.members, (*process).step); err != nil {
		return err
	}
	say("%d inside", number(c.mem, countAt).Load())
	if err := each(c.members, (*process).allow); err != nil {
		return err
	}
	return c.wait()
}

func strangerChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	lock, unlock := bareLock(futexAt(m.mem, bareAt))
	if args[1] == "true" {
		mu, err := psync.OpenMutex(m.mem[mutexAt:])
		if err != nil {
			return err
		}
		lock, unlock = mu.TryLock, mu.Unlock
	}
	m.allowed()
	if m.name == "stranger" {
		if err := unlock(); err != nil {
			m.say("cannot unlock: %v", err)
		} else {
			m.say("unlocks")
		}
	} else if err := lock(); err != nil {
		m.say("cannot lock: %v", err)
	} else {
		number(m.mem, countAt).Add(1)
		m.say("locks, and is inside")
	}
	if err := m.done(); err != nil {
		return err
	}
	m.allowed() // nobody leaves before all have tried
	return nil
}

func bareLock(word *futex) (lock, unlock func() error) {
	lock = func() error {
		if !word.CompareAndSwap(0, 1) {
			return psync.ErrLocked
		}
		return nil
	}
	unlock = func() error {
		word.Store(0) // NOTE: incorrect: whose lock is it?
		return nil
	}
	return lock, unlock
}
