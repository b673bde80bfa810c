package main

import "slices"

// runLongest gives each process that is free the longest number that is left, so that the last
// ones given are short, and fill the gaps. It takes knowing the costs in advance.
func runLongest(args []string) error { return runSchedule("longest", args, longestFirst) }

func longestFirst(numbers []int, p int) source {
	sorted := slices.Clone(numbers)
	slices.SortFunc(sorted, func(a, b int) int { return b - a })
	return inOrder(sorted, p)
}
