package main

// runExercise solves the page's exercise: a range may end behind any white space.
// Then a line that is longer than a range is shared, too; and a word still
// belongs to one process.
func runExercise(args []string) error { return countCommand("exercise", whiteSpace, args) }
