//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runSigpipe lets a child write to a pipe that nobody reads: as its standard output, as its standard
// error, and as another file. The kernel sends SIGPIPE each time. Go lets it kill the process only
// for the first two, so that a filter ends quietly when its reader does.
func runSigpipe(f *lockstep.Flags) {
	f.Parse()
	for _, where := range []string{"standard output", "standard error", "another file"} {
		r, w, err := os.Pipe()
		lockstep.Check(err)
		r.Close() // there is no reader any more
		child := lockstep.Command("child", "writer", w, where)
		switch where {
		case "standard output":
			child.Cmd.Stdout = w
		case "standard error":
			child.Cmd.Stderr = w
		}
		lockstep.Check(child.Start())
		w.Close()
		got, err := child.Step()
		if err != nil {
			got = err.Error()
		}
		lockstep.Say("%s: %s", where, got)
		child.End()
	}
}

func writer(args lockstep.Args) {
	out := map[string]*os.File{"standard output": os.Stdout, "standard error": os.Stderr, "another file": args.File(0)}[args[1]]
	lockstep.Turn()
	_, err := out.Write([]byte("anyone there?\n")) // NOTE: incorrect: on standard output and error this may be the end
	if !errors.Is(err, syscall.EPIPE) {
		lockstep.Check(fmt.Errorf("the write gave %v, want EPIPE", err))
	}
	lockstep.Done("the write returned an error, %v", syscall.EPIPE)
}
