package main

import (
	"fmt"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
)

// runHello starts n processes. Each waits for its turn before it speaks, so all are alive at once.
func runHello(f *lockstep.Flags) {
	n := f.Number("n", 4, 1, 64, "how many processes")
	victim := f.Number("kill", 0, 0, 64, "kill this process before it speaks; 0 is none")
	f.Parse()
	if *victim > *n {
		lockstep.Usage("-kill %d: there are only %d processes", *victim, *n)
	}
	lockstep.Say("parent %d starts %d processes", os.Getpid(), *n)
	children := make([]*lockstep.Process, *n)
	for i := range children {
		child, err := lockstep.Start(fmt.Sprintf("process %d", i+1), "greeter")
		lockstep.Check(err)
		children[i] = child
	}
	for i, child := range children {
		if i+1 == *victim {
			child.Kill() // WaitAll says how it ended
		} else {
			child.Allow()
		}
	}
	lockstep.Check(lockstep.WaitAll(children...))
	lockstep.Say("all %d have ended", *n)
}

func greeter(lockstep.Args) {
	lockstep.Turn()
	lockstep.Say("hello from pid %d, child of %d", os.Getpid(), os.Getppid())
}
