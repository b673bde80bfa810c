package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"example.com/lockstep/examples/hello/lockstep"
)

// runPidReuse keeps the number of a process that has ended, and kills by it. In a pid namespace
// of its own, where nobody else is disturbed, the number is given to a bystander at once.
func runPidReuse(f *lockstep.Flags) {
	handle := f.Bool("handle", false, "keep a handle instead of the number")
	f.Parse()
	child := lockstep.Command("init", "pidreuse-init", *handle)
	lockstep.Check(startInNamespaces(child))
	for range 4 {
		line, err := child.Answer()
		lockstep.Check(err)
		lockstep.Say("[init] %s", line)
	}
	lockstep.Check(child.Wait())
}

// pidReuseInit is process 1 of the namespace. Its parent speaks for it: SIGPIPE does nothing to a
// process 1, so it would outlive a reader of its output that has gone away.
func pidReuseInit(args lockstep.Args) {
	if os.Getpid() != 1 {
		lockstep.Check(errors.New("not process 1: this would change the process numbers of the whole system"))
	}
	stale, bystander, gate := reusePid()
	lockstep.Done("process %d has ended, and was waited for", stale.Pid)
	lockstep.Done("a bystander has its number: %t", bystander.Process.Pid == stale.Pid)
	kill := killNumber
	if args[0] == "true" {
		kill = killHandle
	}
	lockstep.Done("kill: %v", kill(stale))
	gate.Close()
	bystander.Wait() // the error is the state, which follows
	lockstep.Done("the bystander: %v", bystander.ProcessState)
}

// killNumber kills the process with p's number.
func killNumber(p *os.Process) error {
	return syscall.Kill(p.Pid, syscall.SIGKILL) // NOTE: incorrect: the number may be another's by now
}

// killHandle kills p by its handle, a pidfd, as p.Kill does.
func killHandle(p *os.Process) error {
	var err error
	noHandle := p.WithHandle(func(pidfd uintptr) {
		err = unix.PidfdSendSignal(int(pidfd), unix.SIGKILL, nil, 0)
	})
	return errors.Join(noHandle, err)
}

// reusePid returns a handle to a process that has ended, and a cat with the same number, which ends
// when the gate is closed.
func reusePid() (stale *os.Process, bystander *exec.Cmd, gate io.Closer) {
	for range 100 { // a new thread of this program may get the number before cat does
		ended := exec.Command("true")
		lockstep.Check(ended.Start())
		stale, err := os.FindProcess(ended.Process.Pid) // a second handle: Wait uses the first one up
		lockstep.Check(err)
		lockstep.Check(ended.Wait())
		last := []byte(strconv.Itoa(stale.Pid - 1))
		lockstep.Check(os.WriteFile("/proc/sys/kernel/ns_last_pid", last, 0))
		bystander := exec.Command("cat")
		gate, err := bystander.StdinPipe()
		lockstep.Check(err)
		lockstep.Check(bystander.Start())
		if bystander.Process.Pid == stale.Pid {
			return stale, bystander, gate
		}
		gate.Close()
		lockstep.Check(bystander.Wait())
	}
	lockstep.Check(errors.New("no process number was given out again"))
	return nil, nil, nil
}
