package main

// runExercise solves the page's exercise: the token goes around the other way. The pipes don't
// change; only the order in which the processes are put between them does.
func runExercise(args []string) error {
	fs := newFlags("exercise")
	n := intFlag(fs, "n", 4, 1, 64, "how many processes")
	if err := parse(fs, args); err != nil {
		return err
	}
	order := make([]int, *n)
	for i := range order {
		order[i] = *n - i
	}
	return passToken(order, 0) // 0: none of them is killed
}
