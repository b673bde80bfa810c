package main

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
)

// runLeftname kills a process that has memory under a name, and looks at what stays.
func runLeftname(args []string) error {
	if err := parse(newFlags("leftname"), args); err != nil {
		return err
	}
	unused, err := newMemory(4096)
	if err != nil {
		return err
	}
	defer unused.close()
	name := shmName()
	w, err := startWorker(unused, "process 1", "leftname-child", name)
	if err != nil {
		return err
	}
	defer os.Remove(name)
	if err := w.step(); err != nil {
		return err
	}
	if err := w.cmd.Process.Kill(); err != nil {
		return errors.Join(err, w.end())
	}
	say("%v", w.end())
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	mem, err := mapMemory(f)
	if err != nil {
		return err
	}
	defer mem.close()
	number, err := at[atomic.Uint64](mem.bytes, 0)
	if err != nil {
		return err
	}
	say("nobody is left, but its name is: %d bytes of memory, with %d in them",
		len(mem.bytes), number.Load())
	if err := os.Remove(name); err != nil {
		return err
	}
	say("removed by hand")
	return nil
}

func leftnameChild(args []string) error {
	if err := turn(); err != nil {
		return err
	}
	mem, err := createNamed(args[1]) // NOTE: incorrect: a name that only its owner would remove
	if err != nil {
		return err
	}
	defer os.Remove(args[1]) // nothing deferred runs after SIGKILL
	number, err := at[atomic.Uint64](mem.bytes, 0)
	if err != nil {
		return err
	}
	number.Store(42)
	say("[%s] has a name in /dev/shm", args[0])
	if err := done(); err != nil {
		return err
	}
	io.Copy(io.Discard, os.Stdin) // until the parent is gone
	return nil
}
