package main

import (
	"errors"
	"os"
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/synchronization/psync"
	"golang.org/x/sys/unix"
)

// A tryLock is what all kinds of lock have in common.
type tryLock struct {
	try    func() error // nil, or why it is not locked
	unlock func() error
}

var errHeld = errors.New("held by another")

type mutexMemory [psync.MutexSize]byte

// openLock opens a lock of that kind: in the shared memory, in this process, or on a file.
func openLock(kind string, mem *mutexMemory, f *os.File) (tryLock, error) {
	switch kind {
	case "psync":
		mu, err := psync.OpenMutex(mem[:])
		return tryLock{mu.TryLock, mu.Unlock}, err
	case "sync":
		return tryLock{trySync, func() error { inProcess.Unlock(); return nil }}, nil
	}
	return tryLock{
		func() error { return tryFile(f, kind) },
		func() error { return unlockFile(f, kind) },
	}, nil
}

var inProcess sync.Mutex

func trySync() error {
	if !inProcess.TryLock() {
		return errHeld
	}
	return nil
}

func unlockFile(f *os.File, kind string) error {
	whole := unix.Flock_t{Type: unix.F_UNLCK}
	switch kind {
	case "fcntl":
		return unix.FcntlFlock(f.Fd(), unix.F_SETLK, &whole)
	case "ofd":
		return unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &whole)
	}
	return unix.Flock(int(f.Fd()), unix.LOCK_UN)
}

// runPromises asks each kind of lock the same questions, with an owner that is another process and then
// is killed, and prints what it found.
func runPromises(f *lockstep.Flags) {
	f.Parse()
	const columns = "%-7s %-10s %-11s %-9s %-9s %s"
	lockstep.Say(columns, "", "processes", "goroutines", "stranger", "is freed", "death is")
	lockstep.Say(columns, "lock", "excluded", "excluded", "refused", "by death", "reported")
	for _, kind := range []string{"psync", "sync", "flock", "fcntl", "ofd"} {
		row := ask(kind)
		lockstep.Say(columns, kind, row[0], row[1], row[2], row[3], row[4])
	}
}

func ask(kind string) (row [5]string) {
	opens, err := lockstep.UnnamedOpens(2, 0)
	lockstep.Check(err)
	file, mem := share[mutexMemory]()
	defer file.Close()
	defer opens[0].Close()
	defer opens[1].Close()
	mine, err := openLock(kind, mem, opens[0])
	lockstep.Check(err)
	// Goroutines share what their process has opened: can two of them both have it?
	lockstep.Check(mine.try())
	row[1] = yes(mine.try() != nil)
	lockstep.Check(mine.unlock())
	other, err := lockstep.Start("owner", "locker", kind, file, opens[1])
	lockstep.Check(err)
	_, err = other.Step()
	lockstep.Check(err)
	row[0] = yes(mine.try() != nil)
	if row[0] == "no" { // then there is nothing that another process could do to it
		row[2], row[3], row[4] = "-", "-", "-"
		lockstep.Check(errors.Join(mine.unlock(), other.End()))
		return row
	}
	mine.unlock() // we don't hold it: refused, or without effect
	row[2] = yes(mine.try() != nil)
	other.Kill()
	opens[1].Close() // ours would keep the dead one's lock: it belongs to the open file
	err = mine.try()
	row[4] = yes(errors.Is(err, psync.ErrOwnerDied))
	row[3] = yes(err == nil || errors.Is(err, psync.ErrOwnerDied))
	return row
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func locker(args lockstep.Args) {
	l, err := openLock(args[0], mapped[mutexMemory](args.File(1)), args.File(2))
	lockstep.Check(err)
	lockstep.Turn()
	lockstep.Check(l.try())
	lockstep.Done("")
	lockstep.Turn() // what comes is the kill
}
