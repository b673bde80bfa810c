package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"
)

// runDevshm shares memory under a name, for processes that are no family and can inherit nothing.
// The name goes as soon as both have the memory, and is made when there are two to remove it.
func runDevshm(args []string) error {
	if err := parse(newFlags("devshm"), args); err != nil {
		return err
	}
	unused, err := newMemory(4096)
	if err != nil {
		return err
	}
	defer unused.close()
	name := shmName()
	w, err := startWorker(unused, "process 1", "devshm-child", name)
	if err != nil {
		return err
	}
	defer w.end()
	mem, err := createNamed(name)
	if err != nil {
		return err
	}
	defer mem.close()
	defer os.Remove(name) // if the child is killed before we have removed it
	if err := w.step(); err != nil {
		return err
	}
	if err := os.Remove(name); err != nil {
		return err
	}
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is still there: %v", name, err)
	}
	say("both have it: the name is removed")
	if err := w.step(); err != nil {
		return err
	}
	answer, err := at[atomic.Uint64](mem.bytes, 0)
	if err != nil {
		return err
	}
	say("without a name it is shared still: we load %d", answer.Load())
	return w.end()
}

func devshmChild(args []string) error {
	defer os.Remove(args[1]) // if the parent is killed before it has
	if err := turn(); err != nil {
		return err
	}
	f, err := os.OpenFile(args[1], os.O_RDWR, 0) // not descriptor 3: the name is the subject
	if err != nil {
		return err
	}
	mem, err := mapMemory(f)
	if err != nil {
		return err
	}
	answer, err := at[atomic.Uint64](mem.bytes, 0)
	if err != nil {
		return err
	}
	say("[%s] opened it by its name", args[0])
	if err := errors.Join(done(), turn()); err != nil {
		return err
	}
	answer.Store(42)
	say("[%s] stores 42", args[0])
	return done()
}

// shmName returns a name that no other run of this program has.
func shmName() string { return fmt.Sprintf("/dev/shm/lockstep-sharedmem-%d", os.Getpid()) }

// createNamed makes memory with a name. O_EXCL: whoever has planted the name gets nothing of us.
func createNamed(name string) (*memory, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(4096); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(name))
	}
	return mapMemory(f)
}
