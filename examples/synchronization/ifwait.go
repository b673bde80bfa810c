package main

import (
	"context"
	"errors"

	"example.com/lockstep/examples/synchronization/psync"
)

const (
	itemsReady = 256 // the condition
	itemsAt    = 320
	waitingAt  = 328 // all guarded by the mutex
	wokenAt    = 336
	takenAt    = 344
)

// runIfWait wakes two consumers for one item. The second to lock finds none.
func runIfWait(args []string) error {
	fs := newFlags("ifwait")
	fixed := fs.Bool("fixed", false, "look again after the wait: for instead of if")
	if err := parse(fs, args); err != nil {
		return err
	}
	c, err := newCrew()
	if err != nil {
		return err
	}
	defer c.end()
	mu, ready, err := openMonitor(c.mem)
	if err != nil {
		return err
	}
	if err := c.startAll(2, "consumer", "ifwait-child", *fixed); err != nil {
		return err
	}
	items, waiting := number(c.mem, itemsAt), number(c.mem, waitingAt)
	woken, taken := number(c.mem, wokenAt), number(c.mem, takenAt)
	locked := func(do func() bool) func() (bool, error) {
		return func() (bool, error) {
			if err := mu.Lock(); err != nil {
				return false, err
			}
			ok := do()
			return ok, mu.Unlock()
		}
	}
	put := func() bool { items.Add(1); return ready.Broadcast() == nil }
	bothWait := func() bool { return waiting.Load() == 2 }
	bothLooked := func() bool { return woken.Load() == 2 && waiting.Load()+taken.Load() == 2 }

	if err := eventually("two consumers that wait", locked(bothWait)); err != nil {
		return err
	}
	if _, err := locked(put)(); err != nil {
		return err
	}
	if err := eventually("two consumers that were woken", locked(bothLooked)); err != nil {
		return err
	}
	say("1 item put, %d taken: %d left", taken.Load(), items.Load())
	if *fixed {
		if _, err := locked(put)(); err != nil {
			return err
		}
	}
	if err := c.wait(); err != nil {
		return err
	}
	say("in the end %d taken, %d left", taken.Load(), items.Load())
	return nil
}

func openMonitor(mem []byte) (*psync.Mutex, *psync.Cond, error) {
	mu, err := psync.OpenMutex(mem[mutexAt:])
	if err != nil {
		return nil, nil, err
	}
	c, err := psync.OpenCond(mem[itemsReady:], mu)
	return mu, c, err
}

func ifWaitChild(args []string) error {
	m, err := join(args)
	if err != nil {
		return err
	}
	mu, ready, err := openMonitor(m.mem)
	if err != nil {
		return err
	}
	items, waiting := number(m.mem, itemsAt), number(m.mem, waitingAt)
	if err := mu.Lock(); err != nil {
		return err
	}
	wait := func() error {
		waiting.Add(1)
		err := ready.Wait(context.Background())
		waiting.Add(-1)
		number(m.mem, wokenAt).Add(1)
		return err
	}
	if args[1] == "true" {
		for err == nil && items.Load() == 0 {
			err = wait()
		}
	} else if items.Load() == 0 { // NOTE: incorrect: after the wait, is there an item?
		err = wait()
	}
	items.Add(-1)
	number(m.mem, takenAt).Add(1)
	return errors.Join(err, mu.Unlock())
}
