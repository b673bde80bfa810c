package main

import (
	"errors"

	"example.com/lockstep/examples/hello/lockstep"
)

// runPowers computes the square and the cube of a number, each in a process of its own. Both have
// said that they are alive before either gets the turn to compute.
func runPowers(f *lockstep.Flags) {
	n := f.Number("n", 10, -2000000, 2000000, "the number")
	victim := f.Choice("kill", "", "kill this `process` before it computes", "square", "cube")
	f.Parse()
	square, err := lockstep.Start("square", "powers-child", *n, 2)
	lockstep.Check(err)
	cube, err := lockstep.Start("cube", "powers-child", *n, 3)
	lockstep.Check(err)
	children := []*lockstep.Process{square, cube}
	for _, child := range children {
		_, err := child.Answer()
		lockstep.Check(err)
	}
	var errs []error
	for _, child := range children {
		if child.Name == *victim {
			errs = append(errs, child.Kill())
		}
		child.Allow()
	}
	for _, child := range children {
		if child.Name != *victim {
			errs = append(errs, child.Wait())
		}
	}
	lockstep.Check(errors.Join(errs...))
	lockstep.Say("both have ended")
}

func powersChild(args lockstep.Args) {
	n, exponent := args.Int(0), args.Int(1)
	lockstep.Say("is alive")
	lockstep.Done("")
	lockstep.Turn()
	power := 1
	for range exponent {
		power *= n
	}
	lockstep.Say("of %d is %d", n, power)
}
