package main

import (
	"bytes"
	"fmt"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
)

// runGather lets n processes print into a pipe each. What they print is kept apart, and printed in
// the order of the processes.
func runGather(f *lockstep.Flags) {
	n := f.Number("n", 4, 1, 64, "how many processes")
	f.Parse()
	talkers := make([]*lockstep.Process, *n)
	outputs := make([]bytes.Buffer, *n)
	for i := range talkers {
		talkers[i] = lockstep.Command(fmt.Sprintf("process %d", i+1), "talker")
		talkers[i].Cmd.Stdout = &outputs[i] // a pipe, and a goroutine that reads it
		lockstep.Check(talkers[i].Start())
	}
	failed := lockstep.WaitAll(talkers...)
	for i := range outputs {
		_, err := outputs[i].WriteTo(os.Stdout)
		lockstep.Check(err)
	}
	lockstep.Check(failed) // only now, so that the lines of the others are printed even if one failed
}

func talker(lockstep.Args) {
	lockstep.Say("pid %d", os.Getpid())
	lockstep.Say("says what it has to say")
}
