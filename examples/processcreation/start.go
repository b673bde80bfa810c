package main

import (
	"io"
	"os"
	"path/filepath"

	"example.com/lockstep/examples/hello/lockstep"
)

// memory is a variable that the parent changes before it starts the child.
var memory = "as compiled"

// runStart gives a child arguments, a changed environment, a folder and an open file. That is all
// it gets: the child begins at main, and has nothing of its parent's memory.
func runStart(f *lockstep.Flags) {
	f.Parse()
	memory = "changed by the parent"
	file, err := lockstep.Unnamed(0)
	lockstep.Check(err)
	_, err = file.WriteString("first line\nsecond line\n")
	lockstep.Check(err)
	_, err = file.Seek(0, io.SeekStart)
	lockstep.Check(err)
	child := lockstep.Command("child", "start-child", file, "two words", "$HOME", "*.go")
	child.Cmd.Dir = string(filepath.Separator) // the root: any folder will do
	// Environ is what the child would have got. Of two settings of a name the last counts. Setting
	// Env to a short list of one's own takes PATH, HOME and TMPDIR from the child as well.
	child.Cmd.Env = append(child.Cmd.Environ(), "GREETING=hello")
	lockstep.Check(child.Start())
	lockstep.Check(child.Wait())
	rest, err := io.ReadAll(file)
	lockstep.Check(err)
	lockstep.Say("the parent reads on in the same file: %q", rest)
}

func startChild(args lockstep.Args) {
	for _, arg := range args[1:] {
		lockstep.Say("argument %q", arg)
	}
	lockstep.Say("GREETING is %q", os.Getenv("GREETING"))
	dir, err := os.Getwd()
	lockstep.Check(err)
	lockstep.Say("works in %s", dir)
	line := make([]byte, len("first line\n"))
	_, err = io.ReadFull(args.File(0), line)
	lockstep.Check(err)
	lockstep.Say("reads %q from an open file", line)
	lockstep.Say("memory is %q", memory)
}
