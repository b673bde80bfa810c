package main

import (
	"context"
	"errors"
	"fmt"

	"example.com/lockstep/examples/synchronization/psync"
)

// The bounded buffer: a ring of numbers in shared memory, one mutex, two conditions.
const (
	notEmptyAt = 256
	notFullAt  = 320
	putAt      = 384 // how many were put; all below is guarded by the mutex
	gotAt      = 392 // how many were taken
	sumAt      = 400 // of what was taken
	deepestAt  = 408 // the most that lay in it
	ringAt     = 512
)

type buffer struct {
	mem               []byte
	size              int64
	mu                *psync.Mutex
	notEmpty, notFull *psync.Cond
}

func openBuffer(mem []byte, size int) (*buffer, error) {
	mu, err := psync.OpenMutex(mem[mutexAt:])
	notEmpty, err2 := psync.OpenCond(mem[notEmptyAt:], mu)
	notFull, err3 := psync.OpenCond(mem[notFullAt:], mu)
	return &buffer{mem, int64(size), mu, notEmpty, notFull}, errors.Join(err, err2, err3)
}

func (b *buffer) slot(i int64) int { return ringAt + 8*int(i%b.size) }

// put waits while the buffer is full.
func (b *buffer) put(v int64) error {
	if err := b.mu.Lock(); err != nil {
		return err
	}
	defer b.mu.Unlock()
	put, got := number(b.mem, putAt), number(b.mem, gotAt)
	for put.Load()-got.Load() == b.size {
		if err := b.notFull.Wait(context.Background()); err != nil {
			return err
		}
	}
	number(b.mem, b.slot(put.Load())).Store(v)
	deepest := number(b.mem, deepestAt)
	deepest.Store(max(deepest.Load(), put.Add(1)-got.Load()))
	return b.notEmpty.Signal()
}

// take waits while the buffer is empty.
func (b *buffer) take() error {
	if err := b.mu.Lock(); err != nil {
		return err
	}
	defer b.mu.Unlock()
	put, got := number(b.mem, putAt), number(b.mem, gotAt)
	for put.Load() == got.Load() {
		if err := b.notEmpty.Wait(context.Background()); err != nil {
			return err
		}
	}
	v := number(b.mem, b.slot(got.Load())).Load()
	got.Add(1)
	number(b.mem, sumAt).Add(v)
	return b.notFull.Signal()
}

// runBuffer has two processes put numbers into the buffer and two take them out. First the
// producers run alone, until they have filled it.
func runBuffer(args []string) error {
	fs := newFlags("buffer")
	size := intFlag(fs, "size", 4, 1, 64, "how many numbers the buffer holds")
	items := intFlag(fs, "items", 1000, 1, 100000, "how many each producer puts")
	if err := parse(fs, args); err != nil {
		return err
	}
	c, err := newCrew()
	if err != nil {
		return err
	}
	defer c.end()
	if err := c.startAll(2, "producer", "buffer-child", *size, *items); err != nil {
		return err
	}
	full := int64(min(*size, 2**items))
	put, got, sum := number(c.mem, putAt), number(c.mem, gotAt), number(c.mem, sumAt)
	err = eventually("a full buffer", func() (bool, error) { return put.Load() == full, nil })
	if err != nil {
		return err
	}
	say("nobody takes: the producers stop at %d", full)
	if err := c.startAll(2, "consumer", "buffer-child", *size, *items); err != nil {
		return err
	}
	if err := c.wait(); err != nil {
		return err
	}
	say("%d put, %d taken, sum %d", put.Load(), got.Load(), sum.Load())
	say("never more than %d in the buffer", number(c.mem, deepestAt).Load())
	if n := int64(*items); got.Load() != 2*n || sum.Load() != n*(n+1) {
		return fmt.Errorf("want %d taken with the sum %d", 2*n, n*(n+1))
	}
	return nil
}

func bufferChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	b, err := openBuffer(m.mem, atoi(args[1]))
	for i := 1; err == nil && i <= atoi(args[2]); i++ {
		if m.name[0] == 'p' {
			err = b.put(int64(i))
		} else {
			err = b.take()
		}
	}
	return err
}
