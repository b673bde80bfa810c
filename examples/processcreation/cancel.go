//go:build unix

package main

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

// runCancel ends a child by cancelling a context.
func runCancel(f *lockstep.Flags) {
	stubborn := f.Bool("stubborn", false, "the child ignores SIGTERM")
	grace := f.Time("grace", 20*time.Second, time.Millisecond, time.Minute, "how long the child has after SIGTERM")
	f.Parse()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	child := lockstep.CommandContext(ctx, "child", "cancel-child", *stubborn)
	askFirst(child.Cmd, *grace)
	lockstep.Check(child.Start())
	_, err := child.Answer() // it is ready for the signal
	lockstep.Check(err)
	cancel()
	lockstep.Say("Wait: %v", child.Wait())
	lockstep.Say("the state: %v", child.Cmd.ProcessState)
}

// askFirst changes what happens when the context of cmd is done. Alone,
// exec.CommandContext would kill; now the process gets SIGTERM, and is killed
// only if it has not ended after the grace period.
func askFirst(cmd *exec.Cmd, grace time.Duration) {
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = grace
}

func cancelChild(args lockstep.Args) {
	if args[0] == "true" {
		signal.Ignore(syscall.SIGTERM)
		lockstep.Say("ignores SIGTERM")
		lockstep.Done("ready")
		lockstep.Turn() // there is none: it is killed here
	}
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	lockstep.Say("works")
	lockstep.Done("ready")
	<-term
	lockstep.Say("puts things in order")
}
