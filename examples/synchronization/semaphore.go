package main

import (
	"context"
	"fmt"
	"sync/atomic"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/synchronization/psync"
)

// A room is what the processes share.
type room struct {
	semaphore [psync.SemaphoreSize]byte
	inside    atomic.Int64
}

// runSemaphore fills a semaphore to its limit, with more processes waiting, and lets them through.
func runSemaphore(f *lockstep.Flags) {
	n := f.Number("n", 5, 1, 32, "how many processes")
	k := f.Number("k", 3, 1, 32, "how many may be inside at once")
	f.Parse()
	if *k > *n {
		lockstep.Usage("-k %d: there are only %d processes", *k, *n)
	}
	file, r := share[room]()
	sem, err := psync.OpenSemaphore(r.semaphore[:], *k)
	lockstep.Check(err)
	processes := startAll(*n, "process", "entrant", file, *k)
	first, others := processes[:*k], processes[*k:]
	stepAll(first)
	lockstep.Say("%d inside; one more: %v", r.inside.Load(), sem.TryAcquire())
	for _, p := range others {
		p.Allow() // to enter, and then to leave: we don't know who is let in next,
		p.Allow() // so nobody waits for us inside
	}
	for _, p := range first {
		p.Allow()
	}
	lockstep.Check(waitAll(processes...))
	lockstep.Say("all %d were inside, at most %d at once", *n, *k)
}

func entrant(args lockstep.Args) {
	r, k := mapped[room](args.File(0)), args.Int(1)
	sem, err := psync.OpenSemaphore(r.semaphore[:], k)
	lockstep.Check(err)
	lockstep.Turn()
	lockstep.Check(sem.Acquire(context.Background()))
	if now := r.inside.Add(1); now > int64(k) {
		lockstep.Check(fmt.Errorf("%d inside, want at most %d", now, k))
	}
	lockstep.Say("inside")
	lockstep.Done("")
	lockstep.Turn()
	r.inside.Add(-1) // first: after Release another process may be inside already
	lockstep.Check(sem.Release())
}
