package main

import (
	"context"
	"errors"
	"time"

	"example.com/lockstep/examples/synchronization/psync"
)

const mealsAt = 1024

// runPhilosophers has n processes that each need two of n mutexes. If all take their left one
// first, each ends up waiting for the next.
func runPhilosophers(args []string) error {
	fs := newFlags("philosophers")
	n := intFlag(fs, "n", 5, 2, 16, "how many philosophers, and forks")
	meals := intFlag(fs, "meals", 100, 1, 10000, "how often each eats")
	naive := fs.Bool("naive", false, "broken: each takes the left fork first")
	if err := parse(fs, args); err != nil {
		return err
	}
	c, err := newCrew()
	if err != nil {
		return err
	}
	defer c.end()
	role := "philosopher-child"
	if *naive {
		role = "naive-child"
	}
	for i := range *n {
		if _, err := c.start(numbered("philosopher", i+1), role, i, *n, *meals); err != nil {
			return err
		}
	}
	if *naive {
		if err := each(c.members, (*process).step); err != nil { // each has its left fork
			return err
		}
		err = errors.Join(each(c.members, (*process).allow), each(c.members, (*process).done))
		return errors.Join(err, each(c.members, (*process).allow), c.wait())
	}
	if err := c.wait(); err != nil {
		return err
	}
	say("%d meals eaten", number(c.mem, mealsAt).Load())
	return nil
}

// seat returns the forks of a philosopher, left and right, and their numbers.
func seat(mem []byte, i, n int) (left, right *psync.Mutex, l, r int, err error) {
	l, r = i, (i+1)%n
	left, err1 := psync.OpenMutex(mem[64*l:])
	right, err2 := psync.OpenMutex(mem[64*r:])
	return left, right, l, r, errors.Join(err1, err2)
}

func philosopherChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	first, second, l, r, err := seat(m.mem, atoi(args[1]), atoi(args[2]))
	if err != nil {
		return err
	}
	if l > r {
		first, second = second, first // everybody takes the lower number first: no circle
	}
	for range atoi(args[3]) {
		err := first.Lock()
		if err == nil {
			err = second.Lock()
		}
		if err != nil {
			return err // and the process ends: the others see that a fork's owner died
		}
		number(m.mem, mealsAt).Add(1)
		if err := errors.Join(second.Unlock(), first.Unlock()); err != nil {
			return err
		}
	}
	m.say("has eaten %s times", args[3])
	return nil
}

func naiveChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	left, right, l, r, err := seat(m.mem, atoi(args[1]), atoi(args[2]))
	if err != nil {
		return err
	}
	m.allowed()
	if err := left.Lock(); err != nil { // NOTE: incorrect: all may do this before anyone goes on
		return err
	}
	m.say("has fork %d", l)
	if err := m.done(); err != nil {
		return err
	}
	m.allowed()
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	m.say("fork %d: %v", r, right.LockContext(ctx))
	if err := m.done(); err != nil {
		return err
	}
	m.allowed() // nobody puts a fork down before all have given up
	return left.Unlock()
}
