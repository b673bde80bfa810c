package main

import (
	"bytes"
	"io"
	"math"
	"os"
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
)

// runWhole lets three processes write lines at full speed, first into one pipe, then into one file
// opened for appending, and counts the lines that are not of one writer throughout.
func runWhole(f *lockstep.Flags) {
	size := f.Number("size", 512, 2, 1<<16, "bytes in a line, the newline included")
	f.Parse()

	r, w, err := os.Pipe()
	lockstep.Check(err)
	writers := startWriters(w, *size)
	w.Close() // the children have their own; with ours open the pipe would have no end
	report("pipe", r, *size)
	lockstep.Check(lockstep.WaitAll(writers...))

	file, err := lockstep.Unnamed(os.O_APPEND)
	lockstep.Check(err)
	lockstep.Check(lockstep.WaitAll(startWriters(file, *size)...))
	report("file", io.NewSectionReader(file, 0, math.MaxInt64), *size)
}

func startWriters(w *os.File, size int) (writers []*lockstep.Process) {
	for _, letter := range []string{"a", "b", "c"} {
		p := lockstep.Command("writer "+letter, "writer", letter, size)
		p.Cmd.Stdout = w
		lockstep.Check(p.Start())
		writers = append(writers, p)
	}
	return writers
}

func writer(args lockstep.Args) {
	line := strings.Repeat(args[0], args.Int(1)-1)
	for range 200 {
		lockstep.Check(printWhole(os.Stdout, line))
	}
}

// report counts the lines in r, and those that are torn: of another length than size, or not of the
// same letter throughout.
func report(into string, r io.Reader, size int) {
	text, err := io.ReadAll(r)
	lockstep.Check(err)
	lines, torn := countTorn(text, size)
	lockstep.Say("%s: %d lines of %d bytes from 3 writers, %d torn", into, lines, size, torn)
}

func countTorn(text []byte, size int) (lines, torn int) {
	for line := range bytes.Lines(text) {
		lines++
		if len(line) != size || line[size-1] != '\n' || bytes.Count(line, line[:1]) != size-1 {
			torn++
		}
	}
	return lines, torn
}
