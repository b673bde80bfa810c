package main

import (
	"errors"
	"os"
	"sync/atomic"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

// A signal is what the processes share. Who sets the flag also adds 1 to changes, which is the word
// that others sleep on.
type signal struct{ flag, changes atomic.Uint32 }

// runLostWakeup sets the flag in the gap between a look at it and the sleep that follows.
func runLostWakeup(f *lockstep.Flags) {
	fixed := f.Bool("fixed", false, "read the key before the look")
	f.Parse()
	file, s := share[signal]()
	sleeper, err := lockstep.Start("sleeper", "sleeper", file, *fixed)
	lockstep.Check(err)
	_, err = sleeper.Step()
	lockstep.Check(err) // it has looked
	s.flag.Store(1)
	s.changes.Add(1)
	lockstep.Say("the flag is set, and %d sleepers are woken", futexWake(&s.changes, 1))
	sleeper.Allow()
	lockstep.Check(sleeper.Wait())
}

func sleeper(args lockstep.Args) {
	s, wait := mapped[signal](args.File(0)), waitLate
	if args[1] == "true" {
		wait = waitForFlag
	}
	lockstep.Turn()
	err := wait(&s.flag, &s.changes, func(key uint32) error {
		return futexWait(&s.changes, key, 300*time.Millisecond) // the limit ends the demonstration
	}, func() {
		lockstep.Say("the flag is 0, so it will sleep")
		lockstep.Done("")
		lockstep.Turn()
	})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		lockstep.Say("sleeps though the flag is %d: nobody woke it", s.flag.Load())
		return
	}
	lockstep.Check(err)
	lockstep.Say("goes on: the flag is %d", s.flag.Load())
}

// waitLate waits until the flag is set. Another process may
// set it in the gap.
func waitLate(flag, changes *atomic.Uint32, sleep func(key uint32) error, gap func()) error {
	for {
		if flag.Load() != 0 {
			return nil
		}
		gap()
		key := changes.Load() // NOTE: incorrect: read too late: a change made in the gap is already counted
		if err := sleep(key); err != nil {
			return err
		}
	}
}

// waitForFlag waits until the flag is set. Another process may
// set it in the gap.
func waitForFlag(flag, changes *atomic.Uint32, sleep func(key uint32) error, gap func()) error {
	for {
		key := changes.Load()
		if flag.Load() != 0 {
			return nil
		}
		gap()
		if err := sleep(key); err != nil {
			return err
		}
	}
}
