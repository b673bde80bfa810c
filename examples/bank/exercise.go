package main

import "errors"

// runExercise solves the page's exercise: three tellers deposit, in each of the 90 schedules there
// are, and we count how often which balance comes out.
func runExercise(args []string) error {
	fs := newFlags("exercise")
	if err := parse(fs, args); err != nil {
		return err
	}
	c, err := openCounter("teller A", "teller B", "teller C")
	if err != nil {
		return err
	}
	all := schedules("AABBCC")
	count := map[int64]int{}
	for _, s := range all {
		balance, err := c.play(s, func(string) {})
		if err != nil {
			return errors.Join(err, c.close())
		}
		count[balance]++
	}
	say("%d schedules", len(all))
	for lost := int64(0); lost <= 2*deposit; lost += deposit {
		balance := opening + 3*deposit - lost
		say("%d of them end with %d, %d lost", count[balance], balance, lost)
	}
	return c.close()
}
