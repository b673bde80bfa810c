package main

import (
	"errors"
	"fmt"
)

const withdrawal = 80

// runOverdraw lets two tellers withdraw 80 from a balance of 100. Each step is atomic, and the
// account is overdrawn all the same: what was checked is no longer so when it is acted on.
func runOverdraw(args []string) error {
	fs := newFlags("overdraw")
	if err := parse(fs, args); err != nil {
		return err
	}
	dir, remove, err := tempDir()
	if err != nil {
		return err
	}
	defer remove()
	if err := createCAS(dir, []int64{opening}); err != nil {
		return err
	}
	accounts, unmap, err := openMapped[word](dir, "words")
	if err != nil {
		return err
	}
	defer unmap()
	tellers, err := startTellers(dir, "withdrawer", "teller A", "teller B")
	if err != nil {
		return err
	}
	remove()
	for _, i := range []int{0, 1, 0, 1} { // both check before either acts
		line, err := tellers[i].step()
		if err != nil {
			return errors.Join(err, endAll(tellers))
		}
		say("%s", line)
	}
	say("balance %d", accounts[0].value.Load())
	return endAll(tellers)
}

func withdrawerRole(args []string) error {
	accounts, _, err := openMapped[word](".", "words")
	if err != nil {
		return err
	}
	balance := &accounts[0].value
	orders := orders()
	say("ready")
	<-orders
	have := balance.Load()
	if have < withdrawal {
		return fmt.Errorf("%s: %w", args[0], errFunds)
	}
	say("[%s] sees %d: enough to pay out %d", args[0], have, withdrawal)
	<-orders
	left := balance.Add(-withdrawal) // NOTE: incorrect: the check is of another moment
	say("[%s] pays out %d, which leaves %d", args[0], withdrawal, left)
	return nil
}
