package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
)

// runGather has each process put its lines of a poem into capitals. They finish in the order that
// -finish says; what they made is written in the order of the poem.
func runGather(f *lockstep.Flags) {
	finish := f.Schedule("finish", "3142", "1234", "the order in which the processes finish")
	f.Parse()
	text, err := lockstep.Unnamed(0)
	lockstep.Check(err)
	_, err = io.WriteString(text, poem)
	lockstep.Check(err)
	processes := make([]*lockstep.Process, 4)
	for i := range processes {
		lo, hi := len(poem)*i/4, len(poem)*(i+1)/4
		processes[i], err = lockstep.Start(fmt.Sprintf("process %d", i+1), "upper", text, lo, hi)
		lockstep.Check(err)
	}
	held := make([]string, 4) // pieces that have arrived
	next := 0                 // the one to be written
	for _, digit := range *finish {
		i := int(digit - '1')
		held[i], err = processes[i].Step()
		lockstep.Check(err)
		if i != next {
			lockstep.Say("piece %d arrives, and is held: piece %d is missing", i+1, next+1)
			continue
		}
		lockstep.Say("piece %d arrives", i+1)
		for ; next < 4 && held[next] != ""; next++ {
			_, err := io.WriteString(os.Stdout, held[next])
			lockstep.Check(err)
		}
	}
}

// upper puts the lines that begin in its piece into capitals.
func upper(args lockstep.Args) {
	text := args.File(0)
	lo, err := cut(text, int64(args.Int(1)))
	lockstep.Check(err)
	hi, err := cut(text, int64(args.Int(2)))
	lockstep.Check(err)
	piece, err := io.ReadAll(io.NewSectionReader(text, lo, hi-lo))
	lockstep.Check(err)
	lockstep.Turn()
	lockstep.Done("%s", strings.ToUpper(string(piece)))
}
