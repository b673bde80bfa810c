//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/sharedmem/ring"
)

// runSigbus truncates the file behind a mapping that a child reads. The pages behind the new end
// are gone: touching one is a SIGBUS, which no error check sees coming.
func runSigbus(f *lockstep.Flags) {
	fixed := f.Bool("fixed", false, "the reader asks for protection")
	f.Parse()
	page := os.Getpagesize()
	file, memory := newMemory(2 * page)
	memory[0], memory[page] = 1, 2
	reader := lockstep.Command("reader", "page-reader", file, *fixed)
	var trace bytes.Buffer
	if !*fixed {
		reader.Cmd.Stderr = &trace
	}
	lockstep.Check(reader.Start())
	step(reader)
	lockstep.Check(file.Truncate(int64(page)))
	lockstep.Say("the file is one page long now")
	if *fixed {
		step(reader) // is told
		step(reader) // goes on
		lockstep.Check(reader.End())
		return
	}
	_, err := reader.Step()
	if !bytes.Contains(trace.Bytes(), []byte("SIGBUS: bus error")) {
		lockstep.Check(fmt.Errorf("the reader does not die of SIGBUS: %v", err))
	}
	lockstep.Say("%v", err)
	lockstep.Say("its last words: SIGBUS: bus error")
}

func pageReader(args lockstep.Args) {
	memory, err := mapFile(args.File(0))
	lockstep.Check(err)
	page := os.Getpagesize()
	for {
		lockstep.Turn()
		if args[1] == "false" {
			lockstep.Done("reads both pages: %d and %d", memory[0], memory[page]) // NOTE: incorrect: are they there still?
			continue
		}
		var second byte
		if err := readGuarded(memory, page, &second); err != nil {
			lockstep.Done("is told: %v", err)
			lockstep.Turn()
			lockstep.Done("reads the first page: %d", memory[0])
			continue
		}
		lockstep.Done("reads both pages: %d and %d", memory[0], second)
	}
}

// readGuarded copies a byte of a mapping to b. It is an error if it is not there any more.
func readGuarded(memory []byte, offset int, b *byte) error {
	return ring.Protect(memory, func() error {
		*b = memory[offset]
		return nil
	})
}
