//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runSignals steers a child with signals. A signal carries nothing but its number; and the next is
// sent only when the child has answered to the last.
func runSignals(f *lockstep.Flags) {
	f.Parse()
	child, err := lockstep.Start("child", "signalled")
	lockstep.Check(err)
	_, err = child.Answer() // from now on signals don't kill it
	lockstep.Check(err)
	for _, sig := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGUSR1, syscall.SIGHUP, syscall.SIGTERM} {
		lockstep.Say("the parent sends %v", sig)
		lockstep.Check(child.Cmd.Process.Signal(sig))
		did, err := child.Answer()
		lockstep.Check(err)
		lockstep.Say("[child] %v: %s", sig, did)
	}
	lockstep.Check(child.Wait())
}

// signalled does what signals tell it.
func signalled(lockstep.Args) {
	// Notify does not wait for us: a signal that finds no room in the channel is dropped.
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGUSR1, syscall.SIGHUP, syscall.SIGTERM)
	lockstep.Done("ready")
	requests := 0
	for sig := range signals {
		switch sig {
		case syscall.SIGUSR1:
			requests++
			lockstep.Done("request %d", requests)
		case syscall.SIGHUP:
			lockstep.Done("reads its configuration again")
		case syscall.SIGTERM:
			lockstep.Done("ends")
			return
		}
	}
}
