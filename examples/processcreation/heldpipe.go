//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

// runHeldPipe collects the output of a shell that leaves cat behind, as scripts do with "server &".
// The shell ends, but the pipe that its output comes through has no end while cat holds it.
func runHeldPipe(f *lockstep.Flags) {
	delay := f.Time("waitdelay", 0, time.Millisecond, 10*time.Second, "how long Wait waits for the pipe; without it, for ever")
	f.Parse()
	catInput, toCat, err := os.Pipe()
	lockstep.Check(err)
	shellEnd, shellHolds, err := os.Pipe() // its end-of-file: the shell has ended
	lockstep.Check(err)
	shell := exec.Command("sh", "-c", "cat <&3 4>&- & echo from the child")
	shell.ExtraFiles = []*os.File{catInput, shellHolds} // descriptors 3 and 4
	var out bytes.Buffer                                // no *os.File, so Cmd makes a pipe
	shell.Stdout = &out
	shell.WaitDelay = *delay
	lockstep.Check(shell.Start())
	lockstep.Check(catInput.Close())
	lockstep.Check(shellHolds.Close())
	if *delay == 0 {
		go func() {
			io.Copy(io.Discard, shellEnd)
			io.WriteString(toCat, "from the grandchild, after the child's end\n")
			toCat.Close() // and so cat ends
		}()
	}
	err = shell.Wait()
	lockstep.Say("Wait: %v", err)
	lockstep.Say("the child: %v", shell.ProcessState)
	lockstep.Say("output: %q", out.String())
	if *delay > 0 {
		_, err := io.WriteString(toCat, "are you there?\n") // would fail if cat were gone
		lockstep.Check(err)
		lockstep.Say("the grandchild is still alive")
	}
}
