package main

import (
	"fmt"
	"runtime"
	"strconv"

	"example.com/lockstep/examples/hello/lockstep"
)

// runOversubscribe starts p processes, each of which may run as many threads as Go takes the machine
// to have processors: nobody adds them up.
func runOversubscribe(f *lockstep.Flags) {
	p := f.Number("p", 4, 1, 64, "how many processes")
	each := f.Number("each", 0, 0, 64, "GOMAXPROCS of each; 0: what Go takes")
	f.Parse()
	sum := 0
	for i := range *p {
		child := lockstep.Command(fmt.Sprintf("process %d", i+1), "greedy")
		if *each > 0 {
			child.Cmd.Env = append(child.Cmd.Environ(), fmt.Sprintf("GOMAXPROCS=%d", *each))
		}
		lockstep.Check(child.Start())
		answer, err := child.Step()
		lockstep.Check(err)
		threads, err := strconv.Atoi(answer)
		lockstep.Check(err)
		lockstep.Say("%s may run %s", child.Name, many(threads, "thread"))
		sum += threads
	}
	lockstep.Say("all together %s, on %s", many(sum, "thread"), many(runtime.NumCPU(), "processor"))
}

func greedy(lockstep.Args) {
	lockstep.Turn()
	lockstep.Done("%d", runtime.GOMAXPROCS(0))
	lockstep.Turn() // until the parent ends
}
