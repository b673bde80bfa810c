package main

import (
	"errors"
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
	stale, bystander, gate, err := reusePid()
	if err != nil {
		return err
	}
	pid := stale.Pid
	say("[init] process %d has ended, and was waited for", pid)
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

// reusePid returns a handle to a process that has ended, and a waiter with the same number. The
// next thread made here may get the number first, and would keep it: then all begins anew.
func reusePid() (stale *os.Process, bystander *exec.Cmd, gate io.Closer, err error) {
	for range 100 {
		stale, err := endedProcess()
		if err != nil {
			return nil, nil, nil, err
		}
		last := []byte(strconv.Itoa(stale.Pid - 1))
		if err := os.WriteFile("/proc/sys/kernel/ns_last_pid", last, 0); err != nil {
			return nil, nil, nil, err
		}
		bystander, gate, err := startWaiter()
		if err != nil || bystander.Process.Pid == stale.Pid {
			return stale, bystander, gate, err
		}
		gate.Close()
		if err := errors.Join(stale.Release(), bystander.Wait()); err != nil {
			return nil, nil, nil, err
		}
	}
	return nil, nil, nil, errors.New("no process number was given out again")
}

// endedProcess returns a handle to a process that has ended and was waited for.
func endedProcess() (*os.Process, error) {
	victim, gate, err := startWaiter()
	if err != nil {
		return nil, err
	}
	stale, err := os.FindProcess(victim.Process.Pid) // a second handle: Wait uses the first one up
	gate.Close()
	return stale, errors.Join(err, victim.Wait())
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
