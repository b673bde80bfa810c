package main

import "example.com/lockstep/examples/hello/lockstep"

// runSerial computes one number after the other: what all the others are measured by.
func runSerial(f *lockstep.Flags) {
	numbers := numbersFlag(f)
	f.Parse()
	lockstep.Say("serial: %s, 1 process", many(len(*numbers), "number"))
	lockstep.Say("%v", computeSerially(*numbers))
}

func computeSerially(numbers []int) (sum result) {
	for _, n := range numbers {
		value, calls := fib(n)
		sum.add(result{value, calls})
	}
	return sum
}
