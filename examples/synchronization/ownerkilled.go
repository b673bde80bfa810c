package main

import (
	"sync/atomic"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/synchronization/psync"
)

// A lock is what the processes share: one that says only that it is taken, and one that says by whom.
type lock struct {
	mutex [psync.MutexSize]byte
	taken atomic.Uint32
}

// runOwnerKilled kills a process that has a lock, while another one waits for the lock.
func runOwnerKilled(f *lockstep.Flags) {
	fixed := f.Bool("fixed", false, "with a lock that knows its owner")
	f.Parse()
	file, l := share[lock]()
	role := "bare"
	if *fixed {
		role = "owner"
	}
	first, err := lockstep.Start("owner", role, file)
	lockstep.Check(err)
	next, err := lockstep.Start("next", role, file)
	lockstep.Check(err)
	_, err = first.Step()
	lockstep.Check(err)
	next.Allow()
	sleeps := func() (bool, error) { return futexWake(&l.taken, 1) == 1, nil }
	if !*fixed {
		lockstep.Check(eventually("a process that sleeps", sleeps, next))
	}
	lockstep.Say("the owner is killed")
	first.Kill()
	if *fixed {
		_, err = next.Answer()
		lockstep.Check(err)
	} else {
		// To wake it is the one way to know that it slept. It finds the lock taken, and sleeps again.
		lockstep.Check(eventually("a process that sleeps again", sleeps, next))
		lockstep.Say("the next one still sleeps, and the lock still says: taken")
	}
	lockstep.Check(next.End())
}

func bare(args lockstep.Args) {
	l := mapped[lock](args.File(0))
	lockstep.Turn()
	lockWord(&l.taken, func(value uint32) { lockstep.Check(futexWait(&l.taken, value, time.Hour)) })
	lockstep.Say("has the lock")
	lockstep.Done("")
	lockstep.Turn() // what comes is the kill
}

// lockWord locks a word as soon as it is 0, and makes it 1, or 2 if others may be asleep.
func lockWord(word *atomic.Uint32, sleepWhile func(value uint32)) {
	if word.CompareAndSwap(0, 1) {
		return
	}
	for word.Swap(2) != 0 {
		sleepWhile(2) // NOTE: incorrect: if the owner is dead, nobody ends this sleep
	}
}

func owner(args lockstep.Args) {
	mu, err := psync.OpenMutex(mapped[lock](args.File(0)).mutex[:])
	lockstep.Check(err)
	lockstep.Turn()
	lockstep.Check(lockOrRepair(mu, func() error {
		lockstep.Say("is told that the owner died, and repairs what it left")
		return nil
	}))
	lockstep.Say("has the lock")
	lockstep.Done("")
	lockstep.Turn() // what comes is the kill, or the end
}
