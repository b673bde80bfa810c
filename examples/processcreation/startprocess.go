package main

import (
	"io"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
)

// runStartProcess starts a child by hand. exec.Cmd adds what is missing here: the search in PATH,
// pipes and the goroutines that copy them, contexts, and an error for an exit code other than 0.
func runStartProcess(f *lockstep.Flags) {
	f.Parse()
	path, err := os.Executable()
	lockstep.Check(err)
	r, w, err := os.Pipe()
	lockstep.Check(err)
	process, err := os.StartProcess(path, []string{path, "exitcode", "-end", "3"}, &os.ProcAttr{
		Files: []*os.File{os.Stdin, w, w}, // descriptors 0, 1 and 2
	})
	lockstep.Check(err)
	lockstep.Check(w.Close()) // the child has its own; with ours open, ReadAll would never see the end
	out, err := io.ReadAll(r)
	lockstep.Check(err)
	state, err := process.Wait()
	lockstep.Check(err)
	lockstep.Say("read through the pipe: %q", out)
	lockstep.Say("Wait: %v, and no error", state)
}
