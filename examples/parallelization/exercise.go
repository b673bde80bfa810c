package main

// runExercise solves the page's exercise: as many workers for the slow stage as it takes ticks, so
// that it keeps up with the others.
func runExercise(args []string) error {
	fs := newFlags("exercise")
	items, slow := pipelineFlags(fs)
	if err := parse(fs, args); err != nil {
		return err
	}
	pipeline(*items, *slow, *slow)
	return nil
}
