package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

const (
	opening = 100 // the balance before anybody deposits
	deposit = 50  // what each teller adds
)

// runLostUpdate lets two tellers deposit into one account at the same time. A schedule says who
// takes the next step: each reads the balance, and then writes back what it read plus the deposit.
func runLostUpdate(args []string) error {
	fs := newFlags("lostupdate")
	schedule := fs.String("schedule", "", "who takes the next step, such as `ABAB`; else all six")
	if err := parse(fs, args); err != nil {
		return err
	}
	all := schedules("AABB")
	if *schedule != "" && !slices.Contains(all, *schedule) {
		return usagef("-schedule %q: want two A and two B in any order, such as ABAB", *schedule)
	}
	c, err := openCounter("teller A", "teller B")
	if err != nil {
		return err
	}
	if *schedule != "" {
		balance, err := c.play(*schedule, func(line string) { say("%s", line) })
		if err == nil {
			say("balance %d, %d lost (pids %d, %d)", balance, opening+2*deposit-balance,
				c.tellers[0].cmd.Process.Pid, c.tellers[1].cmd.Process.Pid)
		}
		return errors.Join(err, c.close())
	}
	for _, s := range all {
		balance, err := c.play(s, func(string) {})
		if err != nil {
			return errors.Join(err, c.close())
		}
		say("%s: balance %d, %d lost", s, balance, opening+2*deposit-balance)
	}
	return c.close()
}

// schedules returns every order of the letters, sorted.
func schedules(letters string) []string {
	if letters == "" {
		return []string{""}
	}
	var all []string
	for i, first := range letters {
		if strings.IndexRune(letters, first) == i {
			for _, rest := range schedules(letters[:i] + letters[i+1:]) {
				all = append(all, string(first)+rest)
			}
		}
	}
	return all
}

// A counter is one account, and the tellers who wait there for their turn.
type counter struct {
	account account
	tellers []*teller // A, B and so on
	remove  func()    // removes the folder
}

func openCounter(names ...string) (*counter, error) {
	dir, remove, err := tempDir()
	if err != nil {
		return nil, err
	}
	defer remove()
	if err := createAccounts(dir, []int64{opening}); err != nil {
		return nil, err
	}
	accounts, err := openAccounts(dir)
	if err != nil {
		return nil, err
	}
	tellers, err := startTellers(dir, "depositor", names...)
	if err != nil {
		return nil, errors.Join(err, closeAccounts(accounts))
	}
	return &counter{accounts[0], tellers, remove}, nil
}

// play lets the tellers take their steps in the order of the schedule, and returns the balance.
func (c *counter) play(schedule string, report func(line string)) (int64, error) {
	if err := c.account.write(opening); err != nil {
		return 0, err
	}
	for _, next := range schedule {
		line, err := c.tellers[next-'A'].step()
		if err != nil {
			return 0, err
		}
		report(line)
	}
	return c.account.read()
}

func (c *counter) close() error {
	err := errors.Join(endAll(c.tellers), c.account.file.Close())
	c.remove() // on Windows it could not be removed before
	return err
}

// depositorRole makes deposits, and waits before each step for an order.
func depositorRole(args []string) error {
	accounts, err := openAccounts(".")
	if err != nil {
		return err
	}
	orders := orders()
	say("ready")
	for {
		<-orders
		balance, err := accounts[0].read()
		if err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
		say("[%s] reads %d", args[0], balance)
		<-orders
		// NOTE: incorrect: the balance may have changed since we read it.
		if err := accounts[0].write(balance + deposit); err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
		say("[%s] writes %d", args[0], balance+deposit)
	}
}
