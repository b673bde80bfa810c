package main

import (
	"bufio"
	"bytes"
	"fmt"
	"log"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
)

// runBuffered lets a child print through a buffer and leave with os.Exit, and counts what arrived.
func runBuffered(f *lockstep.Flags) {
	flush := f.Bool("flush", false, "flush the buffer before the exit")
	f.Parse()
	var out bytes.Buffer
	child := lockstep.Command("child", "shouter", *flush)
	child.Cmd.Stdout = &out
	lockstep.Check(child.Start())
	lockstep.Check(child.Wait())
	lockstep.Say("the child printed 3 lines of 6 bytes and exited with status %d", child.Cmd.ProcessState.ExitCode())
	lockstep.Say("%d of 18 bytes arrived", out.Len())
}

func shouter(args lockstep.Args) {
	if args[0] == "true" {
		shoutFlushed()
	}
	shout()
}

// shout prints three lines and ends the program.
func shout() {
	w := bufio.NewWriter(os.Stdout)
	for range 3 {
		fmt.Fprintln(w, "hello")
	}
	os.Exit(0) // NOTE: incorrect: the lines are still in the buffer, and it ends with the process
}

// shoutFlushed prints three lines and ends the program.
func shoutFlushed() {
	w := bufio.NewWriter(os.Stdout)
	for range 3 {
		fmt.Fprintln(w, "hello")
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
	os.Exit(0)
}
