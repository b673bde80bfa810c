package main

import (
	"errors"
	"runtime"
	"syscall"
)

// runPdeathsig kills a child that has asked the kernel to kill the grandchild then. That needs no
// cooperation: the grandchild does not watch its parent, and its standard input stays open.
func runPdeathsig(args []string) error {
	if err := parse(newFlags("pdeathsig"), args); err != nil {
		return err
	}
	if err := becomeSubreaper(); err != nil { // to learn how the grandchild ends
		return err
	}
	f, err := newFamily(self("pdeathsig-child"))
	if err != nil {
		return err
	}
	return errors.Join(watchPdeathsig(f), f.end())
}

func watchPdeathsig(f *family) error {
	pid, _, err := f.question(silently)
	if err != nil {
		return err
	}
	end, err := f.killChild()
	if err != nil {
		return err
	}
	say("the child: %s", end)
	state, err := waitAdopted(pid)
	if err != nil {
		return err
	}
	say("the grandchild: %v", state)
	return nil
}

func pdeathsigChild(args []string) error {
	// The signal is sent when the thread that started the grandchild ends (see threadtrap). So
	// this goroutine keeps its thread to itself, from Start until Wait.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	g := grandchildCmd()
	g.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return g.Run()
}
