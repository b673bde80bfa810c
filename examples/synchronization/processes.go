package main

import (
	"errors"
	"fmt"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/synchronization/psync"
)

// startAll starts n processes of one role, named kind 1, kind 2 and so on. The last argument of each is
// how many were started before it.
func startAll(n int, kind, role string, args ...any) []*lockstep.Process {
	processes := make([]*lockstep.Process, n)
	for i := range processes {
		p, err := lockstep.Start(fmt.Sprintf("%s %d", kind, i+1), role, append(args[:len(args):len(args)], i)...)
		lockstep.Check(err)
		processes[i] = p
	}
	return processes
}

// stepAll has each process take a step, one after the other.
func stepAll(processes []*lockstep.Process) {
	for _, p := range processes {
		_, err := p.Step()
		lockstep.Check(err)
	}
}

// waitAll waits until all processes have ended by themselves, and says which have failed. First come
// those that were killed: what the others say may be due to that.
func waitAll(processes ...*lockstep.Process) error {
	var killed, others []error
	for _, p := range processes {
		err := p.Wait()
		if e := (*lockstep.Error)(nil); errors.As(err, &e) && e.Reason == "" {
			killed = append(killed, err)
		} else {
			others = append(others, err)
		}
	}
	return errors.Join(append(killed, others...)...)
}

// waitOrEnd is waitAll for processes that need each other. When one fails, the others may wait for
// what it would have done: then they are ended, too.
func waitOrEnd(processes ...*lockstep.Process) error {
	ended := make(chan error, len(processes))
	for _, p := range processes {
		go func() { ended <- p.Wait() }()
	}
	for range processes {
		if <-ended != nil {
			lockstep.EndAll(processes...) // waitAll says how they ended
			break
		}
	}
	return waitAll(processes...)
}

// locked returns a look at what a mutex guards, for eventually.
func locked(mu *psync.Mutex, seen func() bool) func() (bool, error) {
	return func() (bool, error) {
		if err := mu.Lock(); err != nil {
			return false, err
		}
		ok := seen()
		return ok, mu.Unlock()
	}
}

// eventually waits until something that the processes are about to do can be seen in the memory that
// they share. A process that fails ends the wait; the limit only ends what would otherwise hang.
func eventually(what string, seen func() (bool, error), processes ...*lockstep.Process) error {
	failed := make(chan error, 1)
	go func() { failed <- waitOrEnd(processes...) }()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		if ok, err := seen(); ok || err != nil {
			return err
		}
		select {
		case err := <-failed:
			if err != nil {
				return err
			}
			failed = nil // all have ended well: what is to be seen is there now
		case <-time.After(time.Millisecond):
		}
	}
	return errors.New("waited in vain for " + what)
}
