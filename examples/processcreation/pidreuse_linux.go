package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// runPidReuse keeps the number of a process that has ended, and kills by it. In a pid namespace
// of its own, where nobody else is disturbed, the number is given to a bystander at once.
func runPidReuse(args []string) error {
	if err := parse(newFlags("pidreuse"), args); err != nil {
		return err
	}
	return inNamespace("pidreuse-init", "number")
}

// runHandle keeps a handle instead.
func runHandle(args []string) error {
	if err := parse(newFlags("handle"), args); err != nil {
		return err
	}
	return inNamespace("pidreuse-init", "handle")
}

func pidReuseInit(args []string) error {
	victim, gate, err := startWaiter()
	if err != nil {
		return err
	}
	pid := victim.Process.Pid
	stale, err := os.FindProcess(pid) // a second handle: Wait uses the first one up
	gate.Close()
	if err := errors.Join(err, victim.Wait()); err != nil {
		return err
	}
	say("[init] process %d has ended, and was waited for", pid)
	bystander, gate, err := startAt(pid)
	if err != nil {
		return err
	}
	say("[init] a bystander has its number: %t", bystander.Process.Pid == pid)
	if args[0] == "number" {
		err = syscall.Kill(pid, syscall.SIGKILL) // NOTE: incorrect: the number means another by now
	} else {
		err = killByHandle(stale)
	}
	gate.Close()
	bystander.Wait() // the error is the state, which follows
	say("[init] the bystander: %v", bystander.ProcessState)
	return err
}

// startAt starts a waiter with the given pid.
func startAt(pid int) (*exec.Cmd, io.Closer, error) {
	last := []byte(strconv.Itoa(pid - 1))
	for range 1000 { // a thread of this process may get the number first: try again when it's gone
		if err := os.WriteFile("/proc/sys/kernel/ns_last_pid", last, 0); err != nil {
			return nil, nil, err
		}
		cmd, gate, err := startWaiter()
		if err != nil || cmd.Process.Pid == pid {
			return cmd, gate, err
		}
		gate.Close()
		if err := cmd.Wait(); err != nil {
			return nil, nil, err
		}
	}
	return nil, nil, fmt.Errorf("process number %d was not given out again", pid)
}

func startWaiter() (*exec.Cmd, io.Closer, error) {
	cmd := self("waiter")
	gate, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	return cmd, gate, err
}

// killByHandle signals the process that stale was opened for, which has ended.
func killByHandle(stale *os.Process) error {
	defer stale.Release()
	err := stale.WithHandle(func(pidfd uintptr) {
		err := unix.PidfdSendSignal(int(pidfd), unix.SIGKILL, nil, 0)
		say("[init] through the handle: %v", err)
	})
	if err == nil {
		say("[init] Process.Kill: %v", stale.Kill()) // it uses the handle as well
	}
	return err
}
