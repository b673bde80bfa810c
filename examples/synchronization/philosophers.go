package main

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/synchronization/psync"
)

// A table is what the philosophers share.
type table struct {
	forks [16][psync.MutexSize]byte // each between the philosopher of its number and the one before
	meals atomic.Int64
}

// runPhilosophers has n processes that each need two of n mutexes. Those that can take their first
// fork have it before anybody asks for a second.
func runPhilosophers(f *lockstep.Flags) {
	n := f.Number("n", 5, 2, 16, "how many philosophers, and forks")
	fixed := f.Bool("fixed", false, "take the fork with the lower number first")
	f.Parse()
	file, t := share[table]()
	philosophers := startAll(*n, "philosopher", "philosopher", file, *fixed, *n)
	if *fixed {
		stepAll(philosophers[:*n-1])
		philosophers[*n-1].Allow() // its lower fork is taken
	} else {
		stepAll(philosophers)
	}
	for _, p := range philosophers {
		p.Allow()
	}
	if *fixed {
		lockstep.Check(waitAll(philosophers...))
	} else {
		for _, p := range philosophers {
			_, err := p.Answer() // it has given up
			lockstep.Check(err)
		}
		lockstep.Check(lockstep.EndAll(philosophers...))
	}
	lockstep.Say("%d of %d have eaten", t.meals.Load(), *n)
}

func philosopher(args lockstep.Args) {
	t, order := mapped[table](args.File(0)), leftThenRight
	limit := 300 * time.Millisecond // it ends the demonstration; without it all would wait for ever
	if args[1] == "true" {
		order, limit = lowerFirst, time.Hour
	}
	a, b := order(args.Int(3), args.Int(2))
	first, err := psync.OpenMutex(t.forks[a][:])
	lockstep.Check(err)
	second, err := psync.OpenMutex(t.forks[b][:])
	lockstep.Check(err)
	lockstep.Turn()
	lockstep.Check(first.Lock())
	lockstep.Say("has fork %d", a)
	lockstep.Done("")
	lockstep.Turn()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if err := second.LockContext(ctx); err != nil {
		lockstep.Say("fork %d: %v", b, err)
		lockstep.Done("")
		lockstep.Turn() // nobody puts a fork down before all have given up
	}
	t.meals.Add(1)
	lockstep.Say("eats")
	lockstep.Check(errors.Join(second.Unlock(), first.Unlock()))
}

// leftThenRight returns the two forks of philosopher i of n, in the order in which they are taken.
func leftThenRight(i, n int) (first, second int) {
	left, right := i, (i+1)%n
	return left, right // NOTE: incorrect: when all have their left fork, nobody gets a right one
}

// lowerFirst returns the two forks of philosopher i of n, in the order in which they are taken.
func lowerFirst(i, n int) (first, second int) {
	left, right := i, (i+1)%n
	return min(left, right), max(left, right)
}
