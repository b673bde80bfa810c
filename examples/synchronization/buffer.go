package main

import (
	"cmp"
	"context"
	"fmt"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/synchronization/psync"
)

const mostPlaces = 64

// A ring is what the processes of a bounded buffer share: a queue with a fixed number of places, which
// are used in turn.
type ring struct {
	mutex             [psync.MutexSize]byte
	notEmpty, notFull [psync.CondSize]byte

	items      [mostPlaces]int64 // guarded by the mutex, as is all below
	put, taken int64             // how many were put in and taken out
	sum        int64             // of what was taken out
	deepest    int64             // the most that were in it at once
}

// A buffer is a process's access to the ring.
type buffer struct {
	*ring
	size              int64
	mu                *psync.Mutex
	notEmpty, notFull *psync.Cond
}

func (r *ring) open(size int) (*buffer, error) {
	mu, err := psync.OpenMutex(r.mutex[:])
	notEmpty, err2 := psync.OpenCond(r.notEmpty[:], mu)
	notFull, err3 := psync.OpenCond(r.notFull[:], mu)
	return &buffer{r, int64(size), mu, notEmpty, notFull}, cmp.Or(err, err2, err3)
}

// putIn waits while the buffer is full.
func (b *buffer) putIn(item int64) error {
	if err := b.mu.Lock(); err != nil {
		return err
	}
	defer b.mu.Unlock()
	for b.put-b.taken == b.size {
		if err := b.notFull.Wait(context.Background()); err != nil {
			return err
		}
	}
	b.items[b.put%b.size] = item
	b.put++
	b.deepest = max(b.deepest, b.put-b.taken)
	return b.notEmpty.Signal()
}

// takeOut waits while the buffer is empty.
func (b *buffer) takeOut() error {
	if err := b.mu.Lock(); err != nil {
		return err
	}
	defer b.mu.Unlock()
	for b.put == b.taken {
		if err := b.notEmpty.Wait(context.Background()); err != nil {
			return err
		}
	}
	b.sum += b.items[b.taken%b.size]
	b.taken++
	return b.notFull.Signal()
}

// runBuffer has two processes put numbers into the buffer and two take them out. First the producers
// run alone, until they have filled it.
func runBuffer(f *lockstep.Flags) {
	size := f.Number("size", 4, 1, mostPlaces, "how many numbers the buffer holds")
	items := f.Number("items", 1000, 1, 100000, "how many each producer puts in")
	f.Parse()
	file, r := share[ring]()
	b, err := r.open(*size)
	lockstep.Check(err)
	processes := startAll(2, "producer", "producer", file, *size, *items)
	full := int64(min(*size, 2**items))
	isFull := locked(b.mu, func() bool { return b.put == full })
	lockstep.Check(eventually("a full buffer", isFull, processes...))
	lockstep.Say("nobody takes: the producers stop at %d", full)
	processes = append(processes, startAll(2, "consumer", "consumer", file, *size, *items)...)
	lockstep.Check(waitOrEnd(processes...))
	lockstep.Say("%d put, %d taken, sum %d", b.put, b.taken, b.sum)
	lockstep.Say("never more than %d in the buffer", b.deepest)
	if n := int64(*items); b.taken != 2*n || b.sum != n*(n+1) {
		lockstep.Check(fmt.Errorf("want %d taken with the sum %d", 2*n, n*(n+1)))
	}
}

func producer(args lockstep.Args) {
	b, err := mapped[ring](args.File(0)).open(args.Int(1))
	lockstep.Check(err)
	for i := range args.Int(2) {
		lockstep.Check(b.putIn(int64(i + 1)))
	}
}

func consumer(args lockstep.Args) {
	b, err := mapped[ring](args.File(0)).open(args.Int(1))
	lockstep.Check(err)
	for range args.Int(2) {
		lockstep.Check(b.takeOut())
	}
}
