package main

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"unsafe"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/synchronization/psync"
	"golang.org/x/sys/unix"
)

// A tryLock is what all kinds of lock have in common.
type tryLock struct {
	try    func() error // nil, or why it is not locked
	unlock func() error
}

type mutexMemory [psync.MutexSize]byte

var inProcess sync.Mutex

// openLock opens a lock of that kind: in the shared memory, in this process, or on a file.
func openLock(kind string, mem *mutexMemory, f *os.File) (tryLock, error) {
	switch kind {
	case "psync":
		mu, err := psync.OpenMutex(mem[:])
		return tryLock{mu.TryLock, mu.Unlock}, err
	case "word":
		word := (*atomic.Uint32)(unsafe.Pointer(mem))
		return tryLock{
			orHeld(func() bool { return word.CompareAndSwap(0, 1) }),
			nilErr(func() { word.Store(0) }), // NOTE: incorrect: whose lock is it?
		}, nil
	case "sync":
		return tryLock{orHeld(inProcess.TryLock), nilErr(inProcess.Unlock)}, nil
	}
	return tryLock{
		func() error { return lockFile(f, kind, unix.F_WRLCK, unix.LOCK_EX|unix.LOCK_NB) },
		func() error { return lockFile(f, kind, unix.F_UNLCK, unix.LOCK_UN) },
	}, nil
}

var errHeld = errors.New("held by another")

func orHeld(try func() bool) func() error {
	return func() error {
		if !try() {
			return errHeld
		}
		return nil
	}
}

func nilErr(f func()) func() error { return func() error { f(); return nil } }

// lockFile locks or unlocks a file without waiting.
func lockFile(f *os.File, kind string, typ int16, how int) error {
	whole := unix.Flock_t{Type: typ}
	switch kind {
	case "fcntl":
		return unix.FcntlFlock(f.Fd(), unix.F_SETLK, &whole)
	case "ofd":
		return unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &whole)
	}
	return unix.Flock(int(f.Fd()), how)
}

// runPromises asks each kind of lock the same questions, with an owner that is another process and then
// is killed, and prints what it found.
func runPromises(f *lockstep.Flags) {
	f.Parse()
	const columns = "%-6s %-10s %-11s %-9s %-9s %-9s %s"
	lockstep.Say(columns, "", "processes", "goroutines", "stranger", "survives", "is freed", "death is")
	lockstep.Say(columns, "lock", "excluded", "excluded", "refused", "a close", "by death", "reported")
	for _, kind := range []string{"psync", "word", "sync", "flock", "fcntl", "ofd"} {
		a := ask(kind)
		lockstep.Say(columns, kind, a[0], a[1], a[2], a[3], a[4], a[5])
	}
}

func ask(kind string) (answers [6]string) {
	opens, err := lockstep.UnnamedOpens(3, 0)
	lockstep.Check(err)
	file, mem := share[mutexMemory]()
	defer file.Close()
	defer opens[0].Close()
	mine, err := openLock(kind, mem, opens[0])
	lockstep.Check(err)
	// Goroutines share what their process has opened: can two of them both have it?
	lockstep.Check(mine.try())
	answers[1] = yes(mine.try() != nil)
	lockstep.Check(mine.unlock())

	owner, err := lockstep.Start("owner", "locker", kind, file, opens[1], opens[2])
	lockstep.Check(err)
	opens[1].Close() // open here, they would keep the lock of a dead owner
	opens[2].Close()
	step := func(order string) {
		_, err := owner.Step(order)
		lockstep.Check(err)
	}
	step("lock")
	if mine.try() == nil { // then there is nothing that another process could do to it
		lockstep.Check(errors.Join(mine.unlock(), owner.End()))
		return [6]string{"no", answers[1], "-", "-", "-", "-"}
	}
	answers[0] = "yes"
	stillHeld := func() string {
		err := mine.try()
		if err == nil {
			lockstep.Check(mine.unlock())
			step("lock") // for the next question
		}
		return yes(err != nil)
	}
	mine.unlock() // we don't hold it: refused, or without effect, or not
	answers[2] = stillHeld()
	step("close")
	answers[3] = stillHeld()
	owner.Kill()
	err = mine.try()
	reported := errors.Is(err, psync.ErrOwnerDied)
	answers[4], answers[5] = yes(err == nil || reported), yes(reported)
	return answers
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// locker does what each turn's order says: it locks, or it closes another descriptor of the file.
func locker(args lockstep.Args) {
	l, err := openLock(args[0], mapped[mutexMemory](args.File(1)), args.File(2))
	lockstep.Check(err)
	for {
		if lockstep.Turn() == "lock" {
			lockstep.Check(l.try())
		} else {
			lockstep.Check(args.File(3).Close())
		}
		lockstep.Done("")
	}
}
