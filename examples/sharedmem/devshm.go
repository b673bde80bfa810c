//go:build unix

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"

	"example.com/lockstep/examples/hello/lockstep"
)

// runDevshm lets two processes meet at a name in /dev/shm, as processes must that are no family and
// can hand each other nothing. Then the owner of the name is killed.
func runDevshm(f *lockstep.Flags) {
	fixed := f.Bool("fixed", false, "remove the name as soon as both have the memory")
	f.Parse()
	name := fmt.Sprintf("/dev/shm/lockstep-sharedmem-%d", os.Getpid()) // no other run's
	owner, err := lockstep.Start("owner", "owner", name)
	lockstep.Check(err)
	guest, err := lockstep.Start("guest", "guest", name)
	lockstep.Check(err)
	step(owner)
	step(guest)
	if *fixed {
		step(owner)
	}
	lockstep.Say("%v", owner.Kill())
	step(guest)
	lockstep.Check(guest.End())
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		lockstep.Say("nobody is left, and no name")
		return
	}
	lockstep.Check(err)
	lockstep.Say("nobody is left, but the name is, with %d bytes of memory", info.Size())
	lockstep.Check(os.Remove(name))
	lockstep.Say("we remove it by hand")
}

func owner(args lockstep.Args) {
	lockstep.Turn()
	file, err := createNamed(args[0], 4096)
	lockstep.Check(err)
	mapped[atomic.Uint64](file).Store(42)
	lockstep.Done("makes a name in /dev/shm, and stores 42")
	lockstep.Turn()
	lockstep.Check(os.Remove(args[0]))
	lockstep.Done("removes the name")
	lockstep.Turn()
}

func guest(args lockstep.Args) {
	lockstep.Turn()
	file, err := os.OpenFile(args[0], os.O_RDWR, 0)
	lockstep.Check(err)
	number := mapped[atomic.Uint64](file)
	lockstep.Done("opens it by its name, and loads %d", number.Load())
	lockstep.Turn()
	lockstep.Done("has the memory still, and loads %d", number.Load())
	lockstep.Turn()
}

// createNamed makes memory with a name. It is an error if somebody else has made that name before.
func createNamed(name string, size int) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if _, err := file.Write(make([]byte, size)); err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(name))
	}
	return file, nil
}
