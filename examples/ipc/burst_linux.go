package main

import (
	"fmt"
	"runtime"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runBurst sends a child five signals while it is stopped, so that it can take none in between. A
// pending signal is one bit: the second to the fifth find it set.
func runBurst(f *lockstep.Flags) {
	n := f.Number("n", 5, 1, 1000, "how many signals")
	f.Parse()
	runtime.LockOSThread() // its end is the end of the child, which, stopped, would not see ours
	child := lockstep.Command("child", "signalled")
	child.Cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	lockstep.Check(child.Start())
	_, err := child.Answer()
	lockstep.Check(err)
	process := child.Cmd.Process
	lockstep.Check(stop(process.Pid))
	for range *n {
		lockstep.Check(process.Signal(syscall.SIGUSR1)) // NOTE: incorrect: the last may not be taken yet
	}
	lockstep.Say("the parent has sent %d signals", *n)
	lockstep.Check(process.Signal(syscall.SIGCONT))
	did, err := child.Answer() // to the one that arrives
	lockstep.Check(err)
	lockstep.Say("[child] %v: %s", syscall.SIGUSR1, did)
	lockstep.Check(process.Signal(syscall.SIGTERM))
	did, err = child.Answer()
	lockstep.Check(err)
	lockstep.Say("[child] %v: %s", syscall.SIGTERM, did)
	lockstep.Check(child.Wait())
}

// stop stops a child, and waits until it has stopped.
func stop(pid int) error {
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return err
	}
	var status syscall.WaitStatus
	_, err := syscall.Wait4(pid, &status, syscall.WUNTRACED, nil)
	for err == syscall.EINTR {
		_, err = syscall.Wait4(pid, &status, syscall.WUNTRACED, nil)
	}
	if err == nil && !status.Stopped() {
		err = fmt.Errorf("process %d ended instead of stopping", pid)
	}
	return err
}
