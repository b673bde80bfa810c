package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// runCrash kills a teller at each step of a transfer of 50 between two accounts of 100, and shows
// what is in the accounts then, and what the next who takes the lock makes of it.
func runCrash(args []string) error {
	fs := newFlags("crash")
	steps := strings.Join(walSteps, ", ")
	step := fs.String("step", "", "kill the teller at this `step` only: "+steps)
	dir := fs.String("dir", "", "leave the accounts and the log unrepaired in this new `folder`")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *step != "" && !slices.Contains(walSteps, *step) {
		return usagef("-step %q: want one of %s", *step, steps)
	}
	if *dir != "" && *step == "" {
		return usagef("-dir needs a -step: one of %s", steps)
	}
	if *dir != "" {
		if err := os.Mkdir(*dir, 0o700); err != nil {
			return err
		}
		c, err := startCrash(*dir, "wal")
		if err != nil {
			return err
		}
		return errors.Join(c.killAt(*step, func(line string) { say("%s", line) }), c.close())
	}
	var report []string
	for _, s := range walSteps {
		if *step != "" && s != *step {
			continue
		}
		left, repaired, err := crashOnce("wal", s, func(string) {})
		if err != nil {
			return err
		}
		report = append(report, fmt.Sprintf("killed when %-12s accounts %3d and %3d, repaired %3d and %3d",
			s+":", left[0], left[1], repaired[0], repaired[1]))
	}
	say("%s", strings.Join(report, "\n"))
	return nil
}

// crashOnce returns what is left in the accounts when the teller is killed, and what the ledger
// says afterwards.
func crashOnce(
	strategy, step string, report func(line string),
) (left, repaired []int64, err error) {
	dir, remove, err := tempDir()
	if err != nil {
		return nil, nil, err
	}
	defer remove()
	c, err := startCrash(dir, strategy)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	remove()
	if err := c.killAt(step, report); err != nil {
		return nil, nil, err
	}
	if left, err = readAll(c.accounts); err != nil {
		return nil, nil, err
	}
	repaired, err = c.ledger.balances()
	return left, repaired, err
}

// A crash is a transfer that its teller will not live to end.
type crash struct {
	ledger   ledger
	accounts []account // the same files, read without the ledger's help
	teller   *teller
}

func startCrash(dir, name string) (*crash, error) {
	s, err := findStrategy(name)
	if err != nil {
		return nil, err
	}
	if err := s.create(dir, []int64{100, 100}); err != nil {
		return nil, err
	}
	l, err := s.open(dir)
	if err != nil {
		return nil, err
	}
	accounts, err := openAccounts(dir)
	if err != nil {
		return nil, errors.Join(err, l.close())
	}
	tellers, err := startTellers(dir, "transferrer-"+name, "teller 1")
	if err != nil {
		return nil, errors.Join(err, l.close(), closeAccounts(accounts))
	}
	return &crash{l, accounts, tellers[0]}, nil
}

// killAt orders one step after the other, and kills the teller when it has done the named one.
func (c *crash) killAt(step string, report func(line string)) error {
	for {
		line, err := c.teller.step()
		if err != nil {
			return err
		}
		report(line)
		if strings.HasSuffix(line, "] "+step) {
			report(c.teller.kill().Error())
			return nil
		}
	}
}

func (c *crash) close() error {
	return errors.Join(c.teller.end(), c.ledger.close(), closeAccounts(c.accounts))
}
