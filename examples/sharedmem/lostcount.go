//go:build unix

package main

import (
	"errors"
	"strings"
)

// runLostcount lets two processes add 1 to a counter, a load and a store each, in the order of a
// schedule.
func runLostcount(args []string) error {
	fs := newFlags("lostcount")
	schedule := fs.String("schedule", "ABAB", "who goes next: A or B, each loads and then stores")
	if err := parse(fs, args); err != nil {
		return err
	}
	if s := *schedule; len(s) != 4 || strings.Count(s, "A") != 2 || strings.Count(s, "B") != 2 {
		return usagef("-schedule %q: want two A and two B in any order, such as AABB", *schedule)
	}
	mem, err := newMemory(4096)
	if err != nil {
		return err
	}
	defer mem.close()
	team, err := startTeam(mem, 2, "lostcount-child")
	if err != nil {
		return err
	}
	for _, who := range *schedule {
		if err := team[who-'A'].step(); err != nil {
			return errors.Join(err, endAll(team))
		}
	}
	if err := endAll(team); err != nil {
		return err
	}
	counter, err := at[uint64](mem.bytes, 0)
	if err != nil {
		return err
	}
	say("two processes added 1 each: the counter is %d", *counter)
	return nil
}

func lostcountChild(args []string) error {
	mem, err := inherited()
	if err != nil {
		return err
	}
	counter, err := at[uint64](mem.bytes, 0)
	if err != nil {
		return err
	}
	if err := turn(); err != nil {
		return err
	}
	seen := *counter // NOTE: incorrect: counter++ is a load and a store, and others run in between
	say("[%s] loads %d", args[0], seen)
	if err := errors.Join(done(), turn()); err != nil {
		return err
	}
	*counter = seen + 1
	say("[%s] stores %d", args[0], seen+1)
	return done()
}
