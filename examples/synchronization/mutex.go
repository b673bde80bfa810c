package main

import (
	"context"
	"errors"

	"example.com/lockstep/examples/synchronization/psync"
)

// Where the mutex and what it guards lie in the shared memory. The two numbers are always equal,
// except for somebody inside.
const (
	mutexAt = 0
	countAt = 64
	checkAt = 72
	deathAt = 80 // how many deaths were repaired
)

// runMutex has n processes add to one number in shared memory. The mutex makes it right; and with
// -kill one of them is killed inside, between the two writes that belong together.
func runMutex(args []string) error {
	fs := newFlags("mutex")
	n := intFlag(fs, "n", 4, 1, 32, "how many processes")
	rounds := intFlag(fs, "rounds", 1000, 1, 100000, "how often each adds 1")
	victim := intFlag(fs, "kill", 0, 0, 32, "kill this process inside the mutex; 0 is none")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *victim > *n {
		return usagef("-kill %d: there are only %d processes", *victim, *n)
	}
	c, err := newCrew()
	if err != nil {
		return err
	}
	defer c.end()
	say("%d processes add 1 to a number, %d times each", *n, *rounds)
	if err := c.startAll(*n, "process", "mutex-child", *rounds, *victim); err != nil {
		return err
	}
	if *victim > 0 {
		dying := c.members[*victim-1]
		if err := dying.step(); err != nil { // it is inside now, and stays there
			return err
		}
		if err := dying.cmd.Process.Kill(); err != nil {
			return err
		}
	}
	for i, p := range c.members {
		if i+1 != *victim {
			if err := p.allow(); err != nil {
				return err
			}
		}
	}
	err = c.wait()
	count, check := number(c.mem, countAt), number(c.mem, checkAt)
	say("the number is %d, and its twin %d", count.Load(), check.Load())
	if *victim > 0 {
		say("deaths repaired: %d", number(c.mem, deathAt).Load())
	}
	return err
}

func mutexChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	rounds, victim := atoi(args[1]), atoi(args[2])
	mu, err := psync.OpenMutex(m.mem[mutexAt:])
	if err != nil {
		return err
	}
	count, check := number(m.mem, countAt), number(m.mem, checkAt)
	m.allowed()
	for range rounds {
		if err := lockOrRepair(mu, m.mem); err != nil {
			return err
		}
		count.Store(count.Load() + 1)
		if m.name == numbered("process", victim) {
			m.say("is inside, and has written one number of two")
			m.done()
			m.allowed() // what comes is the kill
		}
		check.Store(check.Load() + 1)
		if err := mu.Unlock(); err != nil {
			return err
		}
	}
	m.say("done")
	return nil
}

// region repair

// lockOrRepair locks mu. If the owner died inside, it first makes the numbers equal again.
func lockOrRepair(mu *psync.Mutex, mem []byte) error {
	err := mu.Lock()
	if !errors.Is(err, psync.ErrOwnerDied) {
		return err
	}
	return mu.LockRepair(context.Background(), func() error {
		number(mem, countAt).Store(number(mem, checkAt).Load())
		number(mem, deathAt).Add(1)
		return nil
	})
}

// endregion repair
