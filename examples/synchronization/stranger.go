package main

import (
	"sync/atomic"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/synchronization/psync"
)

// A door is what the processes share: a lock that is 0 or 1, and one that knows its owner.
type door struct {
	mutex  [psync.MutexSize]byte
	bare   atomic.Uint32
	inside atomic.Int64
}

// runStranger has a process unlock what another one holds, so that a third gets in beside it.
func runStranger(f *lockstep.Flags) {
	fixed := f.Bool("fixed", false, "with a lock that knows its owner")
	f.Parse()
	file, d := share[door]()
	var users []*lockstep.Process
	for _, name := range []string{"owner", "stranger", "third"} {
		p, err := lockstep.Start(name, "user", file, *fixed, name)
		lockstep.Check(err)
		users = append(users, p)
	}
	stepAll(users)
	lockstep.Say("%d inside", d.inside.Load())
	lockstep.Check(lockstep.EndAll(users...))
}

func user(args lockstep.Args) {
	d := mapped[door](args.File(0))
	lock := func() error { return lockBare(&d.bare) }
	unlock := func() error { unlockBare(&d.bare); return nil }
	if args[1] == "true" {
		mu, err := psync.OpenMutex(d.mutex[:])
		lockstep.Check(err)
		lock, unlock = mu.TryLock, mu.Unlock
	}
	lockstep.Turn()
	if args[2] == "stranger" {
		if err := unlock(); err != nil {
			lockstep.Say("cannot unlock: %v", err)
		} else {
			lockstep.Say("unlocks")
		}
	} else if err := lock(); err != nil {
		lockstep.Say("cannot lock: %v", err)
	} else {
		d.inside.Add(1)
		lockstep.Say("locks, and is inside")
	}
	lockstep.Done("")
	lockstep.Turn() // nobody leaves before all have tried
}

func lockBare(word *atomic.Uint32) error {
	if !word.CompareAndSwap(0, 1) {
		return psync.ErrLocked
	}
	return nil
}

func unlockBare(word *atomic.Uint32) {
	word.Store(0) // NOTE: incorrect: whose lock is it?
}
