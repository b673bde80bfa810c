//go:build linux

package psync

import (
	"context"
	"sync/atomic"
	"time"
	"unsafe"
)

const everybody = 1<<31 - 1

// An eventcount lets processes sleep until something has changed. Its lowest bit says that
// somebody sleeps or is about to; the others count the changes.
//
// The order is what matters. A sleeper takes the key first, then looks, then sleeps with that key;
// whoever changes something does it first, then advances. So either the sleeper sees the change or
// its key is out of date, and the kernel does not let it sleep.
type eventcount struct {
	word *atomic.Uint32
	turn turn
}

// key announces a sleeper.
func (e eventcount) key() uint32 {
	for {
		c := e.word.Load()
		if c&1 == 1 || e.word.CompareAndSwap(c, c|1) {
			return c | 1
		}
	}
}

// advance wakes everybody. It costs no system call if nobody sleeps.
func (e eventcount) advance() {
	for {
		c := e.word.Load()
		if c&1 == 0 {
			return
		}
		if e.word.CompareAndSwap(c, c+1) { // the bit is cleared, the count goes up by one
			at("advance/counted")
			futexWake((*uint32)(unsafe.Pointer(e.word)), everybody)
			return
		}
	}
}

// advanceOne wakes one sleeper. If that one dies of it, the others notice when their time is up.
func (e eventcount) advanceOne() {
	for {
		c := e.word.Load()
		if c&1 == 0 {
			return
		}
		if !e.word.CompareAndSwap(c, c+2) { // others may sleep on: their bit stays
			continue
		}
		at("advance/counted")
		if futexWake((*uint32)(unsafe.Pointer(e.word)), 1) == 0 {
			at("advance/nobody")
			// Nobody slept, so the bit comes down. Who has fallen asleep since, under the bit,
			// would be missed from now on: it is woken, and announces itself again.
			if e.word.CompareAndSwap(c+2, c+3) {
				futexWake((*uint32)(unsafe.Pointer(e.word)), everybody)
			}
		}
		return
	}
}

// await sleeps until ready returns true. Once in a while it calls look, which may free what the
// dead have held; its error ends the wait.
func (e eventcount) await(ctx context.Context, ready func() bool, look func() error) error {
	if err := e.turn.take(ctx); err != nil {
		return err
	}
	defer e.turn.pass()
	addr := (*uint32)(unsafe.Pointer(e.word))
	defer wakeWhenDone(ctx, addr)()
	looked := time.Now()
	for {
		key := e.key()
		if ready() {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return giveUp(err, ready, look)
		}
		at("await/sleep")
		sleep(ctx, addr, key)
		if look != nil && time.Since(looked) >= bound {
			looked = time.Now()
			if err := look(); err != nil {
				return err
			}
		}
	}
}
