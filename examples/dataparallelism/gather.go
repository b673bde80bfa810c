package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"

	"example.com/lockstep/examples/hello/lockstep"
)

// runGather has each process put its lines into capitals. They finish in the order that -finish
// says; what they made is written in the order of the file.
func runGather(f *lockstep.Flags) {
	open := textFlag(f)
	finish := f.Schedule("finish", "3142", "1234", "the order in which the processes finish")
	f.Parse()
	in := open()
	if in.size > 64<<20 { // all pieces may be in memory, if the first comes last
		lockstep.Usage("-in %s: it has %d bytes: want at most %d, which fit into the memory", in.name, in.size, 64<<20)
	}
	processes := make([]*lockstep.Process, 4)
	outputs := make([]bytes.Buffer, 4)
	for i := range processes {
		lo, hi := in.size*int64(i)/4, in.size*int64(i+1)/4
		processes[i] = lockstep.Command(fmt.Sprintf("process %d", i+1), "upper", in.file, in.size, lo, hi)
		processes[i].Cmd.Stdout = &outputs[i]
		lockstep.Check(processes[i].Start())
	}
	held := make([][]byte, 4) // pieces that have arrived and whose turn has not come
	next := 0
	for _, digit := range *finish {
		i := int(digit - '1')
		_, err := processes[i].Step()
		lockstep.Check(in.check(err))
		lockstep.Check(processes[i].Wait())
		held[i] = outputs[i].Bytes()
		if i != next {
			lockstep.Say("piece %d arrives, and is held until piece %d is there", i+1, next+1)
			continue
		}
		lockstep.Say("piece %d arrives", i+1)
		next = release(held, next)
	}
	lockstep.Check(in.check(nil))
}

// release writes the pieces from next on that are there, and returns the first that is not.
func release(held [][]byte, next int) int {
	end := slices.IndexFunc(held[next:], func(piece []byte) bool { return piece == nil })
	if end < 0 {
		end = len(held) - next
	}
	_, err := os.Stdout.Write(bytes.Join(held[next:next+end], nil))
	lockstep.Check(err)
	return next + end
}

// upper puts the lines that begin in its piece into capitals.
func upper(args lockstep.Args) {
	text, size := args.File(0), int64(args.Int(1))
	lo, err := cut(text, size, int64(args.Int(2)))
	lockstep.Check(err)
	hi, err := cut(text, size, int64(args.Int(3)))
	lockstep.Check(err)
	piece, err := io.ReadAll(io.NewSectionReader(text, lo, hi-lo))
	lockstep.Check(err)
	lockstep.Turn()
	_, err = os.Stdout.Write(bytes.ToUpper(piece))
	lockstep.Check(err)
	lockstep.Done("")
}
