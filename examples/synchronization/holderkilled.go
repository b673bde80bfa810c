package main

import (
	"context"
	"errors"
	"time"

	"example.com/lockstep/examples/synchronization/psync"
)

const bareAt = 192 // a lock that is 0 or 1, and does not say whose it is

// runHolderKilled kills a process that holds a lock, while another sleeps in it.
func runHolderKilled(args []string) error {
	fs := newFlags("holderkilled")
	fixed := fs.Bool("fixed", false, "with a lock that knows its owner")
	if err := parse(fs, args); err != nil {
		return err
	}
	c, err := newCrew()
	if err != nil {
		return err
	}
	defer c.end()
	role := "bare-child"
	if *fixed {
		role = "owned-child"
	}
	holder, err := c.start("holder", role)
	if err != nil {
		return err
	}
	next, err := c.start("next", role)
	if err != nil {
		return err
	}
	if err := holder.step(); err != nil {
		return err
	}
	if err := next.allow(); err != nil {
		return err
	}
	// Not before the other waits: the mark of a sleeper is in the lock's word.
	mark := futexAt(c.mem, bareAt)
	if *fixed {
		mark = futexAt(c.mem, mutexAt+8)
	}
	marked := func() (bool, error) { return mark.Load()>>31 == 1, nil }
	if err := eventually("a sleeper", marked); err != nil {
		return err
	}
	say("the holder is killed")
	if err := holder.cmd.Process.Kill(); err != nil {
		return err
	}
	holder.wait() // it was killed: that is no news
	return errors.Join(next.allow(), next.done(), next.wait())
}

func bareChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	lock := futexAt(m.mem, bareAt)
	m.allowed()
	locked := make(chan bool)
	go func() {
		for !lock.CompareAndSwap(0, 1) {
			lock.CompareAndSwap(1, 1<<31|1)
			futexWait(lock, 1<<31|1, time.Hour) // NOTE: incorrect: only the holder can end this
		}
		close(locked)
	}()
	var enough <-chan time.Time
	if m.name == "next" {
		m.allowed() // the holder is dead now; the limit only ends the demonstration
		enough = time.After(300 * time.Millisecond)
	}
	select {
	case <-locked:
		m.say("has the lock")
	case <-enough:
		m.say("still sleeps, and the lock still says: taken")
	}
	if err := m.done(); err != nil || m.name == "next" {
		return err
	}
	m.allowed() // what comes is the kill
	return nil
}

func ownedChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	mu, err := psync.OpenMutex(m.mem[mutexAt:])
	if err != nil {
		return err
	}
	m.allowed()
	err = mu.Lock()
	if errors.Is(err, psync.ErrOwnerDied) {
		m.say("%v", err)
		err = mu.LockRepair(context.Background(), func() error {
			m.say("repairs what it left")
			return nil
		})
	}
	if err != nil {
		return err
	}
	m.say("has the lock")
	if m.name == "next" {
		m.allowed()
		return errors.Join(m.done(), mu.Unlock())
	}
	if err := m.done(); err != nil {
		return err
	}
	m.allowed() // what comes is the kill
	return nil
}
