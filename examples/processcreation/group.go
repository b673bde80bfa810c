//go:build unix

package main

import (
	"io"
	"os/exec"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runGroup kills a child, a shell, together with what it has started, cat.
func runGroup(f *lockstep.Flags) {
	f.Parse()
	shell := exec.Command("sh", "-c", "cat; true")
	toCat, err := shell.StdinPipe()
	lockstep.Check(err)
	fromCat, err := shell.StdoutPipe()
	lockstep.Check(err)
	lockstep.Check(startGroup(shell))
	_, err = io.WriteString(toCat, "are you there?\n")
	lockstep.Check(err)
	answer := make([]byte, len("are you there?\n"))
	_, err = io.ReadFull(fromCat, answer)
	lockstep.Check(err)
	lockstep.Say("the grandchild answers: %q", answer)

	lockstep.Check(killGroup(shell))
	_, err = io.Copy(io.Discard, fromCat) // until cat, too, has closed it
	lockstep.Check(err)
	lockstep.Say("the grandchild is gone")
	shell.Wait() // the error is the state, which follows
	lockstep.Say("the child: %v", shell.ProcessState)
}

// startGroup starts cmd as the leader of a new process group. What cmd starts is
// in that group too, unless it leaves it. Control-C no longer reaches them: the
// terminal sends it only to the group in the foreground, which is the parent's.
func startGroup(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd.Start()
}

// killGroup kills cmd and all that it has started, but not what has left the
// group. Call it before cmd.Wait: afterwards the kernel may give the same
// number to another group.
func killGroup(cmd *exec.Cmd) error {
	group := -cmd.Process.Pid // minus: all processes of the group
	return syscall.Kill(group, syscall.SIGKILL)
}
