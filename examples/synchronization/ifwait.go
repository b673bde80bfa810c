package main

import (
	"context"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/synchronization/psync"
)

// A shelf is what the processes share. The mutex guards all numbers.
type shelf struct {
	mutex    [psync.MutexSize]byte
	notEmpty [psync.CondSize]byte

	items, waiting, woken, taken int
}

func (s *shelf) open() (*psync.Mutex, *psync.Cond, error) {
	mu, err := psync.OpenMutex(s.mutex[:])
	if err != nil {
		return nil, nil, err
	}
	notEmpty, err := psync.OpenCond(s.notEmpty[:], mu)
	return mu, notEmpty, err
}

// runIfWait wakes two processes for one item. The second of them finds none.
func runIfWait(f *lockstep.Flags) {
	fixed := f.Bool("fixed", false, "look again after the wait: for instead of if")
	f.Parse()
	file, s := share[shelf]()
	mu, notEmpty, err := s.open()
	lockstep.Check(err)
	takers := startAll(2, "consumer", "taker", file, *fixed)
	put := func() error {
		if err := mu.Lock(); err != nil {
			return err
		}
		s.items++
		if err := notEmpty.Broadcast(); err != nil {
			return err
		}
		return mu.Unlock()
	}
	bothWait := func() bool { return s.waiting == 2 }
	bothLooked := func() bool { return s.woken == 2 && s.waiting+s.taken == 2 }
	lockstep.Check(eventually("two processes that wait", locked(mu, bothWait), takers...))
	lockstep.Check(put())
	lockstep.Check(eventually("two processes that were woken", locked(mu, bothLooked), takers...))
	lockstep.Say("1 item put, %d taken: %d left", s.taken, s.items)
	if *fixed {
		lockstep.Check(put())
	}
	lockstep.Check(waitOrEnd(takers...))
	lockstep.Say("in the end %d taken, %d left", s.taken, s.items)
}

func taker(args lockstep.Args) {
	s, take := mapped[shelf](args.File(0)), takeIf
	if args[1] == "true" {
		take = takeFor
	}
	mu, notEmpty, err := s.open()
	lockstep.Check(err)
	lockstep.Check(mu.Lock())
	lockstep.Check(take(&s.items, func() error {
		s.waiting++
		err := notEmpty.Wait(context.Background())
		s.waiting--
		s.woken++
		return err
	}))
	s.taken++
	lockstep.Check(mu.Unlock())
}

// takeIf takes an item, and waits if there is none. The caller has locked the mutex; wait unlocks it,
// sleeps until there is something new, and locks it again.
func takeIf(items *int, wait func() error) error {
	if *items == 0 { // NOTE: incorrect: after the wait, the item may be gone again
		if err := wait(); err != nil {
			return err
		}
	}
	*items--
	return nil
}

// takeFor takes an item, and waits as long as there is none. The caller has locked the mutex; wait
// unlocks it, sleeps until there is something new, and locks it again.
func takeFor(items *int, wait func() error) error {
	for *items == 0 {
		if err := wait(); err != nil {
			return err
		}
	}
	*items--
	return nil
}
