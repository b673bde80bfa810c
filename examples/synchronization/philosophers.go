package main

import (
	"context"
	"errors"
	"fmt"
	"os"
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

// runPhilosophers has n processes that each need two of n mutexes.
func runPhilosophers(f *lockstep.Flags) {
	n := f.Number("n", 5, 2, 16, "how many philosophers, and forks")
	meals := f.Number("meals", 100, 1, 10000, "how often each eats")
	f.Parse()
	file, t := share[table]()
	philosophers := seatAll(*n, "philosopher", file, *meals)
	lockstep.Check(waitAll(philosophers...))
	lockstep.Say("%d meals eaten", t.meals.Load())
}

// seatAll starts n philosophers in a role.
func seatAll(n int, role string, table *os.File, meals int) []*lockstep.Process {
	philosophers := make([]*lockstep.Process, n)
	for i := range philosophers {
		p, err := lockstep.Start(fmt.Sprintf("philosopher %d", i+1), role, table, i, n, meals)
		lockstep.Check(err)
		philosophers[i] = p
	}
	return philosophers
}

// lowerFirst returns the two forks of philosopher i of n, in the order in which they are taken.
func lowerFirst(i, n int) (first, second int) {
	left, right := i, (i+1)%n
	return min(left, right), max(left, right)
}

func philosopher(args lockstep.Args) {
	t, n, meals := mapped[table](args.File(0)), args.Int(2), args.Int(3)
	a, b := lowerFirst(args.Int(1), n)
	first, err := psync.OpenMutex(t.forks[a][:])
	lockstep.Check(err)
	second, err := psync.OpenMutex(t.forks[b][:])
	lockstep.Check(err)
	for range meals {
		lockstep.Check(first.Lock())
		lockstep.Check(second.Lock())
		t.meals.Add(1)
		lockstep.Check(errors.Join(second.Unlock(), first.Unlock()))
	}
	lockstep.Say("has eaten %d times", meals)
}

// runCircle has each philosopher take the left fork first. When all have it, each waits for the next.
func runCircle(f *lockstep.Flags) {
	n := f.Number("n", 5, 2, 16, "how many philosophers, and forks")
	f.Parse()
	file, _ := share[table]()
	philosophers := seatAll(*n, "left-first", file, 1)
	stepAll(philosophers) // each has its left fork
	for _, p := range philosophers {
		p.Allow()
	}
	for _, p := range philosophers {
		_, err := p.Answer()
		lockstep.Check(err)
	}
	lockstep.Check(lockstep.EndAll(philosophers...))
}

// leftThenRight returns the two forks of philosopher i of n, in the order in which they are taken.
func leftThenRight(i, n int) (first, second int) {
	left, right := i, (i+1)%n
	return left, right // NOTE: incorrect: when all have their left fork, nobody gets a right one
}

func leftFirst(args lockstep.Args) {
	t, n := mapped[table](args.File(0)), args.Int(2)
	a, b := leftThenRight(args.Int(1), n)
	first, err := psync.OpenMutex(t.forks[a][:])
	lockstep.Check(err)
	second, err := psync.OpenMutex(t.forks[b][:])
	lockstep.Check(err)
	lockstep.Turn()
	lockstep.Check(first.Lock())
	lockstep.Say("has fork %d", a)
	lockstep.Done("")
	lockstep.Turn()
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel() // the limit ends the demonstration; without it they would wait for ever
	lockstep.Say("fork %d: %v", b, second.LockContext(ctx))
	lockstep.Done("")
	lockstep.Turn() // nobody puts a fork down before all have given up
}
