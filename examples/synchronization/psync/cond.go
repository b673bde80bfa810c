//go:build linux

package psync

import (
	"context"
	"unsafe"
)

// A Cond lets processes that hold a mutex wait until another has changed what it guards.
type Cond struct {
	layout
	m *Mutex
}

// OpenCond returns the condition at the beginning of mem, for use with m. All who open it must
// give the same mutex.
func OpenCond(mem []byte, m *Mutex) (*Cond, error) {
	l, err := open("cond", mem, kindCond, CondSize, 0)
	if err != nil {
		return nil, err
	}
	return &Cond{*l, m}, nil
}

// Wait unlocks the mutex, sleeps until a Signal or Broadcast, and locks it again. It may also
// return without one, and others may have changed the condition in between, so call it in a loop:
//
//	for !condition() {
//		if err := c.Wait(ctx); err != nil {
//			return err // with the mutex locked
//		}
//	}
//
// The mutex is locked when Wait returns, whatever the error, so that a deferred Unlock is right.
// After ctx.Err() nothing else has happened. After ErrOwnerDied the mutex is suspect and stays so
// when it is unlocked; LockRepair repairs it. After ErrNotOwner this process did not hold it in
// the first place.
func (c *Cond) Wait(ctx context.Context) error {
	key := c.count.key() // before the unlock: a signal from now on is not lost
	if err := c.m.Unlock(); err != nil {
		return err
	}
	err := c.sleep(ctx, key)
	isSuspect, lockErr := c.m.lockSlow(context.Background(), true)
	switch {
	case lockErr != nil:
		return lockErr
	case isSuspect:
		return ErrOwnerDied
	}
	return err
}

func (c *Cond) sleep(ctx context.Context, key uint32) error {
	if err := c.count.turn.take(ctx); err != nil {
		return err
	}
	defer c.count.turn.pass()
	addr := (*uint32)(unsafe.Pointer(c.count.word))
	defer wakeWhenDone(ctx, addr)()
	for c.count.word.Load() == key {
		if err := ctx.Err(); err != nil {
			return err
		}
		at("cond/sleep")
		sleep(ctx, addr, key)
	}
	return nil
}

// Signal wakes one process or goroutine that waits, if any does. The caller need not hold the
// mutex, but must have changed the condition while it held it.
func (c *Cond) Signal() error {
	c.count.advanceOne()
	return nil
}

// Broadcast wakes all who wait.
func (c *Cond) Broadcast() error {
	c.count.advance()
	return nil
}
