package main

// runTimedStart measures the addition by two or more processes, or believes it does.
func runTimedStart(args []string) error {
	fs := newFlags("timedstart")
	n, p := addFlags(fs)
	rounds := intFlag(fs, "rounds", 3, 1, 1000, "how many times to add")
	if err := parse(fs, args); err != nil {
		return err
	}
	var m meter
	for range *rounds {
		// NOTE: incorrect: addInSharedMemory also makes the vectors and starts the processes, which
		// takes longer than to add.
		err := m.timed(func() error {
			_, err := addInSharedMemory(*n, *p, &m)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
