//go:build unix

package main

import (
	"fmt"
	"io"
	"os"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runLocked lets two tellers deposit 1 into one account, 10,000 times each, as the first program of
// the page does; but each deposit is made under a lock.
func runLocked(f *lockstep.Flags) {
	f.Parse()
	opens, err := lockstep.UnnamedOpens(3, 0) // one for each teller, and ours
	lockstep.Check(err)
	_, err = fmt.Fprintf(opens[2], "%20d", 0)
	lockstep.Check(err)
	tellers := make([]*lockstep.Process, 2)
	for i := range tellers {
		tellers[i], err = lockstep.Start(fmt.Sprintf("teller %d", i+1), "careful", opens[i])
		lockstep.Check(err)
		opens[i].Close() // open here, it would keep the lock of a teller that has died
	}
	lockstep.Check(lockstep.WaitAll(tellers...))
	var balance int
	_, err = fmt.Fscan(io.NewSectionReader(opens[2], 0, 20), &balance)
	lockstep.Check(err)
	lockstep.Say("balance %d", balance)
}

func careful(args lockstep.Args) {
	account := args.File(0)
	for range 10_000 {
		lockstep.Check(withLock(account, func() error { return addToBalance(account, 1) }))
	}
}

// withLock locks the file, calls the function do, and unlocks the file. Others who want the lock wait.
func withLock(f *os.File, do func() error) error {
	fd := int(f.Fd())
	for {
		err := syscall.Flock(fd, syscall.LOCK_EX)
		if err == nil {
			break
		}
		if err != syscall.EINTR { // not just a signal: give up
			return os.NewSyscallError("flock", err)
		}
	}
	defer syscall.Flock(fd, syscall.LOCK_UN)
	return do()
}
