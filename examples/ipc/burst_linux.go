package main

import (
	"fmt"
	"io"
	"runtime"
	"syscall"
)

// runBurst sends a child five signals while it is stopped, so that it can take none in between. A
// pending signal is one bit: the second to the fifth find it set.
func runBurst(args []string) error {
	fs := newFlags("burst")
	n := intFlag(fs, "n", 5, 1, 1000, "how many signals")
	if err := parse(fs, args); err != nil {
		return err
	}
	// A stopped process does not see its parent go; so it is killed when this thread ends.
	runtime.LockOSThread()
	child, ack, err := startSignalsChild(&syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL})
	if err != nil {
		return err
	}
	defer ack.Close()
	p := child.cmds[0].Process
	if err := stop(p.Pid); err != nil {
		p.Kill()
		child.wait()
		return err
	}
	for range *n {
		err = p.Signal(syscall.SIGUSR1) // NOTE: incorrect: nothing says the last was taken
		if err != nil {
			break
		}
	}
	say("parent has sent %d signals", *n)
	if contErr := p.Signal(syscall.SIGCONT); err == nil {
		err = contErr
	}
	if err == nil {
		_, err = io.ReadFull(ack, make([]byte, 1)) // of the one that is delivered
	}
	if err == nil {
		err = p.Signal(syscall.SIGTERM)
	}
	if waitErr := child.wait(); waitErr != nil {
		return waitErr
	}
	return err
}

// stop stops the process and waits until it has.
func stop(pid int) error {
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return err
	}
	var status syscall.WaitStatus
	for {
		switch _, err := syscall.Wait4(pid, &status, syscall.WUNTRACED, nil); {
		case err == syscall.EINTR:
		case err != nil:
			return err
		case !status.Stopped():
			return fmt.Errorf("process %d ended instead of stopping", pid)
		default:
			return nil
		}
	}
}
