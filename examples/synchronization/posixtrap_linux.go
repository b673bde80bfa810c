package main

import (
	"errors"
	"fmt"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sys/unix"
)

// runPosixTrap locks a file, closes another descriptor of it, and asks another process whether the
// lock is still there.
func runPosixTrap(f *lockstep.Flags) {
	f.Parse()
	for _, kind := range []string{"fcntl", "ofd", "flock"} {
		opens, err := lockstep.UnnamedOpens(3, 0)
		lockstep.Check(err)
		mine, another, probed := opens[0], opens[1], opens[2]
		lockstep.Check(tryFile(mine, kind))
		before := probe(probed, kind)
		another.Close() // NOTE: incorrect with fcntl: the process's locks on the file are gone
		lockstep.Say("%-5s %s; after another descriptor is closed: %s", kind, before, probe(probed, kind))
		mine.Close()
		probed.Close()
	}
}

// tryFile locks a file without waiting.
func tryFile(f *os.File, kind string) error {
	whole := unix.Flock_t{Type: unix.F_WRLCK}
	switch kind {
	case "fcntl":
		return unix.FcntlFlock(f.Fd(), unix.F_SETLK, &whole)
	case "ofd":
		return unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &whole)
	}
	return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
}

// probe asks another process whether it could have the lock.
func probe(f *os.File, kind string) string {
	p, err := lockstep.Start("prober", "prober", f, kind)
	lockstep.Check(err)
	answer, err := p.Step()
	lockstep.Check(err)
	lockstep.Check(p.End())
	return answer
}

func prober(args lockstep.Args) {
	lockstep.Turn()
	switch err := tryFile(args.File(0), args[1]); {
	case errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES):
		lockstep.Done("locked")
	case err != nil:
		lockstep.Check(fmt.Errorf("%s: %w", args[1], err))
	default:
		lockstep.Done("free")
	}
	lockstep.Turn()
}
