//go:build unix

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// runCancel ends a child by cancelling a context. Alone, CommandContext would kill; Cancel asks
// first, and WaitDelay is how long the child has before it is killed after all.
func runCancel(args []string) error {
	fs := newFlags("cancel")
	stubborn := fs.Bool("stubborn", false, "the child ignores SIGTERM")
	grace := patience
	fs.DurationVar(&grace, "grace", grace, "how long the child has after SIGTERM, 1ms to 1m")
	if err := parse(fs, args); err != nil {
		return err
	}
	if grace < time.Millisecond || grace > time.Minute {
		return usagef("-grace %v: want 1ms to 1m", grace)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	child := self("cancel-child", fmt.Sprint(*stubborn))
	// region context
	cmd := exec.CommandContext(ctx, child.Path, child.Args[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = grace
	// endregion context
	return runAndCancel(cmd, cancel)
}

func runAndCancel(cmd *exec.Cmd, cancel func()) error {
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	defer in.Close()
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	cmd.Stdout, cmd.Stderr = w, os.Stderr
	err = cmd.Start()
	w.Close()
	if err != nil {
		return err
	}
	out := bufio.NewReader(r)
	first, readErr := out.ReadString('\n') // it is ready for the signal
	cancel()
	err = cmd.Wait()
	last, lastErr := io.ReadAll(out)
	stdout.Write(append([]byte(first), last...))
	say("Wait: %v; the child: %v", err, cmd.ProcessState)
	return errors.Join(readErr, lastErr)
}

func cancelChild(args []string) error {
	if args[0] == "true" {
		signal.Ignore(syscall.SIGTERM)
		say("[child] ignores SIGTERM")
		return waiter(nil)
	}
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	say("[child] works")
	parentGone := make(chan error)
	go func() { parentGone <- waiter(nil) }()
	select {
	case err := <-parentGone:
		return err
	case <-term:
		say("[child] puts things in order")
		return nil
	}
}
