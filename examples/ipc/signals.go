//go:build unix

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// runSignals steers a child with signals. A signal carries nothing but its number, so it says
// "look", not what there is to see; and the next is sent only when the last is acknowledged.
func runSignals(args []string) error {
	if err := parse(newFlags("signals"), args); err != nil {
		return err
	}
	child, ack, err := startSignalsChild(nil)
	if err != nil {
		return err
	}
	defer ack.Close()
	for _, sig := range []syscall.Signal{
		syscall.SIGUSR1, syscall.SIGUSR1, syscall.SIGHUP, syscall.SIGTERM,
	} {
		say("parent sends %v", sig)
		if err = child.cmds[0].Process.Signal(sig); err != nil {
			break
		}
		if _, err = io.ReadFull(ack, make([]byte, 1)); err != nil {
			break
		}
	}
	if waitErr := child.wait(); waitErr != nil {
		return waitErr
	}
	return err
}

// startSignalsChild returns when the child catches the signals: sent earlier, one would kill it.
func startSignalsChild(attr *syscall.SysProcAttr) (*crew, *os.File, error) {
	ack, acked, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	cmd := self("signals-child")
	cmd.ExtraFiles = []*os.File{acked}
	cmd.SysProcAttr = attr
	c := new(crew)
	err = c.start("child", cmd)
	acked.Close()
	if err == nil {
		if _, err = io.ReadFull(ack, make([]byte, 1)); err != nil {
			err = errors.Join(fmt.Errorf("child: not ready: %w", err), c.wait())
		}
	}
	if err != nil {
		ack.Close()
		return nil, nil, err
	}
	return c, ack, nil
}

func signalsChild(args []string) error {
	watchParent("")
	ack, err := openFile(3, "ack")
	if err != nil {
		return err
	}
	// Notify never waits for the receiver: what finds no room in the channel is dropped.
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGUSR1, syscall.SIGHUP, syscall.SIGTERM)
	if _, err := ack.Write([]byte{1}); err != nil {
		return err
	}
	requests := 0
	for sig := range signals {
		switch sig {
		case syscall.SIGUSR1:
			requests++
			say("[child] %v: request %d", sig, requests)
		case syscall.SIGHUP:
			say("[child] %v: reads its configuration again", sig)
		case syscall.SIGTERM:
			say("[child] %v: ends after %d requests", sig, requests)
			_, err := ack.Write([]byte{1})
			return err
		}
		if _, err := ack.Write([]byte{1}); err != nil {
			return err
		}
	}
	return nil
}
