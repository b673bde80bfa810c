package main

import (
	"io"
	"os"
)

// runStartProcess starts a child by hand. exec.Cmd adds what is missing here: the search in PATH,
// pipes and the goroutines that copy them, contexts, and an error for an exit code other than 0.
func runStartProcess(args []string) error {
	if err := parse(newFlags("startprocess"), args); err != nil {
		return err
	}
	path, err := os.Executable()
	if err != nil {
		return err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	process, err := os.StartProcess(path, []string{path, "exitcode-child", "3"}, &os.ProcAttr{
		Files: []*os.File{os.Stdin, w, w}, // descriptors 0, 1 and 2
	})
	w.Close() // the child has its own; with ours open, ReadAll would never see the end
	if err != nil {
		return err
	}
	out, readErr := io.ReadAll(r)
	state, err := process.Wait()
	if err != nil {
		return err
	}
	say("read through the pipe: %q", out)
	say("Wait: %v, and no error", state)
	return readErr
}
