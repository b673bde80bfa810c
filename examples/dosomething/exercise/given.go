package main

// What is given. It is right as it is: your program goes into exercise.go.

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"example.com/lockstep/examples/hello/lockstep"
)

var errNotBegun = errors.New("not begun: write Throw in examples/dosomething/exercise/exercise.go")

func main() {
	p := lockstep.New("exercise")
	p.Variant("pi", "several processes throw darts", runPi)
	p.Role("thrower", thrower)
	p.Main()
}

func runPi(f *lockstep.Flags) {
	tasks := f.Number("k", 12, 1, 100, "how many tasks")
	count := f.Number("count", 100_000, 1, 1_000_000, "darts in each")
	p := f.Number("p", 2, 1, 16, "how many processes")
	seed := f.Number("seed", 1, 0, 1<<31-1, "what all darts follow from")
	f.Parse()
	throwers := make([]*lockstep.Process, *p)
	for i := range throwers {
		var err error
		throwers[i], err = lockstep.Start(fmt.Sprintf("process %d", i+1), "thrower", *seed, *count)
		lockstep.Check(err)
	}
	for i := range *tasks {
		throwers[i%*p].Allow(i + 1) // the number of the task, dealt like cards
	}
	sum := 0
	for i := range *tasks {
		answer, err := throwers[i%*p].Answer()
		lockstep.Check(err)
		hits, err := strconv.Atoi(answer)
		lockstep.Check(err)
		lockstep.Say("task %d: %d of %d hit", i+1, hits, *count)
		sum += hits
	}
	pi := 4 * float64(sum) / float64(*tasks**count)
	lockstep.Say("pi is about %.5f, off by %.5f", pi, math.Abs(pi-math.Pi))
}

func thrower(args lockstep.Args) {
	for {
		task, err := strconv.Atoi(lockstep.Turn())
		lockstep.Check(err)
		hits, err := Throw(args.Int(0), task, args.Int(1))
		lockstep.Check(err)
		lockstep.Done("%d", hits)
	}
}
