package main

import (
	"bytes"
	"io"

	"example.com/lockstep/examples/hello/lockstep"
)

// runSlurp lets a process with a limit on its memory read a file as a whole. That needs as much
// memory as the file has bytes, for a count that needs none of it.
func runSlurp(f *lockstep.Flags) {
	open := textFlag(f)
	memory := f.Number("memory", 32, 1, 1<<20, "`MiB` beyond what the process has at its start")
	f.Parse()
	text, size := open()
	var report bytes.Buffer
	p := lockstep.Command("process 1", "slurper", text, size, *memory)
	p.Cmd.Stderr = &report
	lockstep.Check(p.Start())
	err := p.Wait()
	if first, _, _ := bytes.Cut(report.Bytes(), []byte("\n")); err != nil && len(first) > 0 {
		lockstep.Say("%s", first) // a stack trace follows
	}
	lockstep.Check(err)
}

func slurper(args lockstep.Args) {
	lockstep.Check(limitMemory(args.Int(2)))
	text, err := io.ReadAll(io.NewSectionReader(args.File(0), 0, int64(args.Int(1)))) // NOTE: incorrect: all of it
	lockstep.Check(err)
	lockstep.Say("%d lines", bytes.Count(text, []byte("\n")))
}
