package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// runThreadTrap starts a child with Pdeathsig from a goroutine whose thread ends with it. For the
// kernel that thread was the parent: it kills the child, though this program is well.
func runThreadTrap(args []string) error {
	flags := newFlags("threadtrap")
	keep := flags.Bool("keep", false, "keep the thread until the child has ended")
	if err := parse(flags, args); err != nil {
		return err
	}
	child := self("waiter")
	child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	gate, err := child.StdinPipe()
	if err != nil {
		return err
	}
	var tid int // of a thread that ends
	if *keep {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err = child.Start()
		tid = onDyingThread(func() {}) // another one: it does no harm
	} else {
		// region trap
		tid = onDyingThread(func() {
			err = child.Start() // NOTE: incorrect: by a thread that ends before the child
		})
		// endregion trap
	}
	if err != nil {
		return err
	}
	threadErr := awaitThreadEnd(tid)
	say("a thread of this program has ended")
	if *keep || threadErr != nil {
		gate.Close() // the child's leave to end
	}
	giveUp := time.AfterFunc(patience, func() { gate.Close() }) // if the kernel lets it live
	child.Wait()                                                // the error is the state, which follows
	giveUp.Stop()
	gate.Close()
	say("nobody killed the child; it ended: %v", child.ProcessState)
	return threadErr
}

// onDyingThread runs f on a thread that ends thereafter, and returns that thread's id: a goroutine
// that returns without unlocking its thread takes it along. Only the main thread would stay.
func onDyingThread(f func()) int {
	id := make(chan int)
	go func() {
		runtime.LockOSThread()
		if unix.Gettid() == os.Getpid() {
			id <- onDyingThread(f) // on another thread, for this one is taken
			runtime.UnlockOSThread()
			return
		}
		f()
		id <- unix.Gettid()
	}()
	return <-id
}

func awaitThreadEnd(tid int) error {
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(fmt.Sprintf("/proc/self/task/%d", tid)); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("thread %d has not ended after %v", tid, patience)
		}
	}
}
