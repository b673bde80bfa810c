package main

// runSerial counts the words of a file in this process alone. What the others
// print must be the same, byte for byte.
func runSerial(args []string) error {
	fs := newFlags("serial")
	flags := newWordFlags(fs)
	if err := parse(fs, args); err != nil {
		return err
	}
	job, err := flags.job()
	if err != nil {
		return err
	}
	in, err := openInput(*flags.in)
	if err != nil {
		return err
	}
	defer in.close()
	best := ranking{keep: *flags.top}
	sum, err := countSerially(in, job, best.add)
	if err := in.checked(err); err != nil {
		return err
	}
	best.print(sum)
	return nil
}

func countSerially(in *input, job wordJob, yield func(entry)) (totals, error) {
	c := newCounter(job.limit)
	sum, err := c.count(in.file, 0, in.size)
	if err != nil {
		return sum, explain(err, job.limit)
	}
	for word, n := range c.table.sorted() {
		yield(entry{word, n})
	}
	return sum, nil
}
