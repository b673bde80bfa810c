package main

import (
	"context"
	"errors"
	"fmt"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/synchronization/psync"
)

// A tally is what the processes share. The mutex guards the rest. The two numbers are always equal,
// except while a process is inside.
type tally struct {
	mutex        [psync.MutexSize]byte
	number, copy int64
	repairs      int
}

// runMutex has n processes add to one number. With -kill, one of them is killed inside the mutex,
// between the two writes that belong together.
func runMutex(f *lockstep.Flags) {
	n := f.Number("n", 4, 1, 32, "how many processes")
	rounds := f.Number("rounds", 1000, 1, 100000, "how often each adds 1")
	victim := f.Number("kill", 0, 0, 32, "kill this process inside the mutex; 0 is none")
	f.Parse()
	if *victim > *n {
		lockstep.Usage("-kill %d: there are only %d processes", *victim, *n)
	}
	file, t := share[tally]()
	lockstep.Say("%d processes add 1 to a number, %d times each", *n, *rounds)
	adders := make([]*lockstep.Process, *n)
	for i := range adders {
		role := "adder"
		if i+1 == *victim {
			role = "half-adder"
		}
		p, err := lockstep.Start(fmt.Sprintf("process %d", i+1), role, file, *rounds)
		lockstep.Check(err)
		adders[i] = p
	}
	if *victim > 0 {
		_, err := adders[*victim-1].Step()
		lockstep.Check(err)
		adders[*victim-1].Kill() // waitAll says how it ended
	}
	for _, p := range adders {
		p.Allow()
	}
	err := waitAll(adders...)
	lockstep.Say("the number is %d, and its copy %d", t.number, t.copy)
	if *victim > 0 {
		lockstep.Say("deaths repaired: %d", t.repairs)
	}
	lockstep.Check(err)
}

func adder(args lockstep.Args) {
	t, rounds := mapped[tally](args.File(0)), args.Int(1)
	mu, err := psync.OpenMutex(t.mutex[:])
	lockstep.Check(err)
	lockstep.Turn()
	for range rounds {
		lockstep.Check(lockOrRepair(mu, func() error {
			t.number = t.copy
			t.repairs++
			return nil
		}))
		t.number++
		t.copy++
		lockstep.Check(mu.Unlock())
	}
	lockstep.Say("done")
}

// halfAdder gets no further than between the two writes.
func halfAdder(args lockstep.Args) {
	t := mapped[tally](args.File(0))
	mu, err := psync.OpenMutex(t.mutex[:])
	lockstep.Check(err)
	lockstep.Turn()
	lockstep.Check(mu.Lock())
	t.number++
	lockstep.Say("is inside, and has written one number of two")
	lockstep.Done("")
	lockstep.Turn() // what comes is the kill
}

// lockOrRepair locks mu. If an owner has died inside, what it left is repaired first.
func lockOrRepair(mu *psync.Mutex, repair func() error) error {
	err := mu.Lock()
	if errors.Is(err, psync.ErrOwnerDied) {
		err = mu.LockRepair(context.Background(), repair)
	}
	return err
}
