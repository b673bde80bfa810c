package main

import (
	"bufio"
	"io"
	"os/exec"
	"strconv"
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
)

// runOrphan kills a child, a shell, but not what it has started. Nobody tells that grandchild, but
// it gets another parent.
func runOrphan(f *lockstep.Flags) {
	f.Parse()
	// The second shell says its pid, and becomes cat.
	shell := exec.Command("sh", "-c", `sh -c 'echo $$; exec cat'; true`)
	toCat, err := shell.StdinPipe()
	lockstep.Check(err)
	out, err := shell.StdoutPipe()
	lockstep.Check(err)
	lockstep.Check(shell.Start())
	fromCat := bufio.NewReader(out)
	line, err := fromCat.ReadString('\n')
	lockstep.Check(err)
	cat, err := strconv.Atoi(strings.TrimSpace(line))
	lockstep.Check(err)
	parent, err := status(cat, "PPid")
	lockstep.Check(err)
	lockstep.Say("the child is process %d; the grandchild's parent is %s", shell.Process.Pid, parent)

	lockstep.Check(killOne(shell))
	state, err := shell.Process.Wait() // shell.Wait would close our ends of the pipes as well
	lockstep.Check(err)
	lockstep.Say("the child: %v", state)
	_, err = io.WriteString(toCat, "are you there?\n")
	lockstep.Check(err)
	answer, err := fromCat.ReadString('\n')
	lockstep.Check(err)
	lockstep.Say("the grandchild answers: %q", answer)
	parent, err = status(cat, "PPid")
	lockstep.Check(err)
	lockstep.Say("its parent is process %s now", parent)
}

// killOne kills cmd's process.
func killOne(cmd *exec.Cmd) error {
	return cmd.Process.Kill() // NOTE: incorrect: what it has started runs on
}
