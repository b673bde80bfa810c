package main

// runSerial computes one number after the other: what all the others are measured by.
func runSerial(args []string) error {
	fs := newFlags("serial")
	numbers := numbersFlag(fs, unequal)
	if err := parse(fs, args); err != nil {
		return err
	}
	say("serial: %s, 1 process", many(len(*numbers), "number", "numbers"))
	say("%v", computeSerially(*numbers))
	return nil
}

func computeSerially(numbers []int) (sum result) {
	for _, n := range numbers {
		value, calls := fib(n)
		sum.add(result{value, calls})
	}
	return sum
}
