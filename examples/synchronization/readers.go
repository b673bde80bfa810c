package main

import (
	"errors"
	"sync/atomic"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/synchronization/psync"
)

// A notice is what the processes share. The writer keeps both numbers equal.
type notice struct {
	lock        [psync.RWMutexSize]byte
	left, right int64 // guarded by the lock
	readers     atomic.Int64
}

// runReaders lets n readers in together. A writer waits for them, and keeps new readers out.
func runReaders(f *lockstep.Flags) {
	n := f.Number("n", 3, 1, 32, "how many readers")
	f.Parse()
	file, notice := share[notice]()
	rw, err := psync.OpenRWMutex(notice.lock[:])
	lockstep.Check(err)
	readers := startAll(*n, "reader", "reader", file)
	stepAll(readers)
	lockstep.Say("%d readers inside", notice.readers.Load())
	writer, err := lockstep.Start("writer", "writer", file)
	lockstep.Check(err)
	lockstep.Check(eventually("a writer that keeps readers out", func() (bool, error) {
		err := rw.TryRLock()
		if errors.Is(err, psync.ErrLocked) {
			return true, nil
		}
		return false, errors.Join(err, rw.RUnlock())
	}, writer))
	lockstep.Say("a writer waits; one more reader: %v", rw.TryRLock())
	for _, p := range readers {
		p.Allow()
	}
	lockstep.Check(waitAll(append(readers, writer)...))
	lockstep.Check(rw.RLock())
	lockstep.Say("the last reader reads %d", notice.left)
	lockstep.Check(rw.RUnlock())
}

func reader(args lockstep.Args) {
	notice := mapped[notice](args.File(0))
	rw, err := psync.OpenRWMutex(notice.lock[:])
	lockstep.Check(err)
	lockstep.Turn()
	lockstep.Check(rw.RLock())
	notice.readers.Add(1)
	lockstep.Say("reads %d and %d", notice.left, notice.right)
	lockstep.Done("")
	lockstep.Turn()
	notice.readers.Add(-1)
	lockstep.Check(rw.RUnlock())
}

func writer(args lockstep.Args) {
	notice := mapped[notice](args.File(0))
	rw, err := psync.OpenRWMutex(notice.lock[:])
	lockstep.Check(err)
	lockstep.Check(rw.Lock())
	lockstep.Say("writes, with %d readers inside", notice.readers.Load())
	notice.left++
	notice.right++
	lockstep.Check(rw.Unlock())
}
