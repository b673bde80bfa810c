package main

import (
	"context"

	"example.com/lockstep/examples/synchronization/psync"
)

const (
	semaphoreAt = 512
	insideAt    = 64
	mostAt      = 72
)

// runSemaphore fills a semaphore to its limit, with more processes waiting, and lets them through.
func runSemaphore(args []string) error {
	fs := newFlags("semaphore")
	n := intFlag(fs, "n", 5, 1, 32, "how many processes")
	k := intFlag(fs, "k", 3, 1, 32, "how many may be inside at once")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *k > *n {
		return usagef("-k %d: there are only %d processes", *k, *n)
	}
	c, err := newCrew()
	if err != nil {
		return err
	}
	defer c.end()
	sem, err := psync.OpenSemaphore(c.mem[semaphoreAt:], *k)
	if err != nil {
		return err
	}
	if err := c.startAll(*n, "process", "semaphore-child", *k); err != nil {
		return err
	}
	first, others := c.members[:*k], c.members[*k:]
	if err := each(first, (*process).step); err != nil {
		return err
	}
	say("%d inside; one more: %v", number(c.mem, insideAt).Load(), sem.TryAcquire())
	if err := each(others, (*process).allow); err != nil {
		return err
	}
	if err := each(first, (*process).allow); err != nil { // they leave
		return err
	}
	if err := each(others, (*process).done); err != nil {
		return err
	}
	if err := each(others, (*process).allow); err != nil {
		return err
	}
	if err := c.wait(); err != nil {
		return err
	}
	say("all %d were inside, at most %d at once", *n, number(c.mem, mostAt).Load())
	return nil
}

func semaphoreChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	sem, err := psync.OpenSemaphore(m.mem[semaphoreAt:], atoi(args[1]))
	if err != nil {
		return err
	}
	m.allowed()
	if err := sem.Acquire(context.Background()); err != nil {
		return err
	}
	now, most := number(m.mem, insideAt).Add(1), number(m.mem, mostAt)
	for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
	}
	m.say("inside")
	if err := m.done(); err != nil {
		return err
	}
	m.allowed()
	number(m.mem, insideAt).Add(-1) // first: after Release another may be inside already
	return sem.Release()
}
