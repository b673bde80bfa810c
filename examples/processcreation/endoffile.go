package main

import (
	"bytes"
	"io"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
)

// runEndOfFile kills a child that holds the write end of a pipe to the grandchild. However a
// process ends, the kernel closes its files: the grandchild reads end-of-file, and ends too.
func runEndOfFile(f *lockstep.Flags) {
	watch := f.Bool("watch", false, "be the grandchild: wait for the end of standard input")
	f.Parse()
	if *watch {
		lockstep.Check(awaitParentsEnd())
		lockstep.Say("[grandchild] end of file: its parent is gone")
		return
	}
	r, w, err := os.Pipe() // its end-of-file says that both are gone
	lockstep.Check(err)
	child := lockstep.Command("child", "endoffile-child")
	child.Cmd.Stdout = w
	lockstep.Check(child.Start())
	lockstep.Check(w.Close())
	line, err := child.Answer()
	lockstep.Check(err)
	lockstep.Say("[child] %s", line)
	child.Kill() // the error says what we know: killed
	lockstep.Say("the child was killed")
	said, err := io.ReadAll(r)
	lockstep.Check(err)
	lockstep.Say("%s", bytes.TrimSpace(said))
	lockstep.Say("both are gone")
}

// awaitParentsEnd waits until this process's parent has ended, in whatever way.
// Our standard input must be a pipe whose other end is open in the parent and
// nowhere else. The parent gets such a pipe from cmd.StdinPipe.
func awaitParentsEnd() error {
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

func endOfFileChild(lockstep.Args) {
	grandchild, err := self("endoffile", "-watch")
	lockstep.Check(err)
	_, err = grandchild.StdinPipe() // closed at the latest by the kernel, when this process ends
	lockstep.Check(err)
	grandchild.Stdout = os.Stdout
	lockstep.Check(grandchild.Start())
	lockstep.Done("has started a grandchild")
	lockstep.Turn() // there is none: it is killed here
}
