package main

import (
	"context"
	"errors"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/synchronization/psync"
)

// A setup is what the processes share.
type setup struct {
	once  [psync.OnceSize]byte
	event [psync.EventSize]byte
	times int64 // how often it was set up; guarded by the once
}

// runOnce has n processes wait for a start signal, an event, and then need something set up. One of
// them does it. With -kill it dies of it, and another process does it again.
func runOnce(f *lockstep.Flags) {
	n := f.Number("n", 3, 2, 32, "how many processes")
	kill := f.Bool("kill", false, "kill one more process in the middle of the set-up")
	f.Parse()
	file, s := share[setup]()
	start, err := psync.OpenEvent(s.event[:])
	lockstep.Check(err)
	var died error
	if *kill {
		victim, err := lockstep.Start("victim", "half-starter", file)
		lockstep.Check(err)
		_, err = victim.Step()
		lockstep.Check(err)
		died = victim.Kill()
	}
	starters := startAll(*n, "process", "starter", file)
	lockstep.Say("start")
	err = errors.Join(died, start.Set(), waitAll(starters...))
	lockstep.Say("set up %d times", s.times)
	lockstep.Check(err)
}

func starter(args lockstep.Args) {
	s := mapped[setup](args.File(0))
	start, err := psync.OpenEvent(s.event[:])
	lockstep.Check(err)
	once, err := psync.OpenOnce(s.once[:])
	lockstep.Check(err)
	lockstep.Check(start.Wait(context.Background()))
	lockstep.Check(once.Do(context.Background(), func(again bool) error {
		if again {
			s.times = 0 // what the dead process has left
		}
		s.times++
		return nil
	}))
	lockstep.Say("goes on: set up %d times", s.times)
}

// halfStarter gets no further than the middle of the set-up.
func halfStarter(args lockstep.Args) {
	s := mapped[setup](args.File(0))
	once, err := psync.OpenOnce(s.once[:])
	lockstep.Check(err)
	lockstep.Turn()
	lockstep.Check(once.Do(context.Background(), func(bool) error {
		s.times++
		lockstep.Say("sets up, and is killed in the middle")
		lockstep.Done("")
		lockstep.Turn() // what comes is the kill
		return nil
	}))
}
