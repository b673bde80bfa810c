package main

// runStatic deals the numbers in advance, in turn, whatever they cost.
func runStatic(args []string) error { return runSchedule("static", args, inTurn) }

func inTurn(numbers []int, p int) source {
	next := make([]int, p)
	for process := range next {
		next[process] = process
	}
	return func(process int) (n int, ok bool) {
		i := next[process]
		if i >= len(numbers) {
			return 0, false
		}
		next[process] += p
		return numbers[i], true
	}
}
