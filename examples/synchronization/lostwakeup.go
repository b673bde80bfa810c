package main

import (
	"errors"
	"time"
)

const (
	flagAt  = 64
	countUp = 128 // counts the changes; the futex to sleep on
)

// runLostWakeup forces the change into the gap between a look and the sleep that follows it.
func runLostWakeup(args []string) error {
	fs := newFlags("lostwakeup")
	fixed := fs.Bool("fixed", false, "take the key before the look")
	if err := parse(fs, args); err != nil {
		return err
	}
	c, err := newCrew()
	if err != nil {
		return err
	}
	defer c.end()
	sleeper, err := c.start("sleeper", "sleeper-child", *fixed)
	if err != nil {
		return err
	}
	if err := sleeper.step(); err != nil { // it has looked
		return err
	}
	number(c.mem, flagAt).Store(1)
	changes := futexAt(c.mem, countUp)
	changes.Add(1)
	say("the flag is set, and %d sleepers are woken", futexWake(changes, 1))
	if err := sleeper.step(); err != nil {
		return err
	}
	return c.wait()
}

func sleeperChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	fixed := args[1] == "true"
	flag, changes := number(m.mem, flagAt), futexAt(m.mem, countUp)
	m.allowed()
	key := changes.Load()
	m.say("looks: the flag is %d, so it will sleep", flag.Load())
	if err := m.done(); err != nil {
		return err
	}
	m.allowed()
	if !fixed {
		key = changes.Load() // NOTE: incorrect: a change since the look is part of this key
	}
	// The time limit ends the demonstration. Nobody is left to wake it.
	if err := futexWait(changes, key, 300*time.Millisecond); errors.Is(err, errTimeout) {
		m.say("sleeps though the flag is %d: %v", flag.Load(), err)
	} else if err != nil {
		return err
	} else {
		m.say("does not sleep: the flag is %d", flag.Load())
	}
	return m.done()
}
