//go:build unix

package main

import (
	"errors"
	"fmt"
	"os/exec"
	"syscall"
)

// runBySignal ends children by signals. Such an end has no exit code: ExitCode is -1, and the
// signal is in the system's own form of the status. A shell makes it an exit code again.
func runBySignal(args []string) error {
	if err := parse(newFlags("bysignal"), args); err != nil {
		return err
	}
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		child := self("waiter")
		gate, err := child.StdinPipe()
		if err == nil {
			err = child.Start()
		}
		if err != nil {
			return err
		}
		if err := child.Process.Signal(sig); err != nil {
			return errors.Join(err, gate.Close(), child.Wait())
		}
		err = child.Wait()
		gate.Close()
		status, ok := child.ProcessState.Sys().(syscall.WaitStatus)
		if !ok || !status.Signaled() {
			return fmt.Errorf("the child was to end by a signal: %v", child.ProcessState)
		}
		say("error %q: ExitCode %d, signal %d", err, child.ProcessState.ExitCode(), status.Signal())
	}
	shell := exec.Command("sh", "-c", `sh -c 'kill -KILL $$'; exit $?`)
	err := shell.Run()
	say("told by a shell: error %q", err)
	return nil
}
