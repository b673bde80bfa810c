package main

import (
	"bufio"
	"io"
	"os/exec"
	"strconv"
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
)

// runOrphan kills a child that has a child of its own, and asks that one, which nobody told, who
// its parent is now.
func runOrphan(f *lockstep.Flags) {
	f.Parse()
	// A shell starts another one, which says its pid and becomes cat.
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
	before, err := status(cat, "PPid")
	lockstep.Check(err)
	lockstep.Say("the child is process %d; the grandchild's parent is %s", shell.Process.Pid, before)

	lockstep.Check(shell.Process.Kill())
	state, err := shell.Process.Wait() // shell.Wait would close our ends of the pipes as well
	lockstep.Check(err)
	lockstep.Say("the child: %v", state)
	// NOTE: incorrect: nothing tied the grandchild to the child. It works on, for nobody.
	_, err = io.WriteString(toCat, "are you there?\n")
	lockstep.Check(err)
	answer, err := fromCat.ReadString('\n')
	lockstep.Check(err)
	lockstep.Say("the grandchild answers: %q", answer)
	after, err := status(cat, "PPid")
	lockstep.Check(err)
	lockstep.Say("its parent is process %s now", after)
}
