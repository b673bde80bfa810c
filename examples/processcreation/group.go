//go:build unix

package main

import (
	"bufio"
	"io"
	"os/exec"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runGroup kills a child that has a child of its own: a shell that has started cat.
func runGroup(f *lockstep.Flags) {
	one := f.Bool("one", false, "broken: kill the child only")
	f.Parse()
	shell := exec.Command("sh", "-c", "cat; true")
	toCat, err := shell.StdinPipe()
	lockstep.Check(err)
	out, err := shell.StdoutPipe()
	lockstep.Check(err)
	lockstep.Check(startGroup(shell))
	fromCat := bufio.NewReader(out)
	ask := func() string {
		_, err := io.WriteString(toCat, "are you there?\n")
		lockstep.Check(err)
		answer, err := fromCat.ReadString('\n')
		lockstep.Check(err)
		return answer
	}
	lockstep.Say("the grandchild answers: %q", ask())

	kill := killGroup
	if *one {
		kill = killOne
	}
	lockstep.Check(kill(shell))
	state, err := shell.Process.Wait() // shell.Wait would close our ends of the pipes as well
	lockstep.Check(err)
	lockstep.Say("the child: %v", state)
	if *one {
		lockstep.Say("the grandchild answers: %q", ask())
		return
	}
	_, err = io.Copy(io.Discard, fromCat) // until nobody has the pipe any more
	lockstep.Check(err)
	lockstep.Say("the grandchild is gone too")
}

// startGroup starts cmd as the leader of a new process group. What cmd starts is in that group too,
// unless it leaves it. Control-C no longer reaches them: that goes to the terminal's own group.
func startGroup(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd.Start()
}

// killOne kills cmd's process.
func killOne(cmd *exec.Cmd) error {
	return cmd.Process.Kill() // NOTE: incorrect: what it has started runs on
}

// killGroup kills cmd's process and what it has started. The group has the number of its leader;
// until cmd.Wait nobody else can get that number.
func killGroup(cmd *exec.Cmd) error {
	return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // the negative number means the group
}
