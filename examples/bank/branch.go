package main

import (
	"errors"
	"fmt"
)

// A branch is a ledger with the tellers that work on it.
type branch struct {
	strategy strategy
	dir      string
	ledger   ledger
	host     *teller // the process that owns the balances, if the strategy has one
	tellers  []*teller
	report   func(line string) // gets what the tellers say of their work
}

// openBranch creates a ledger in dir and opens it.
func openBranch(s strategy, dir string, balances []int64) (*branch, error) {
	if err := s.create(dir, balances); err != nil {
		return nil, err
	}
	b := &branch{strategy: s, dir: dir, report: func(string) {}}
	if s.host != "" {
		var err error
		if b.host, err = startTeller("owner", dir, s.host, formatInts(balances)...); err != nil {
			return nil, err
		}
		if err := b.host.ready(); err != nil {
			return nil, err
		}
	}
	var err error
	if b.ledger, err = s.open(dir); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

// hire starts n tellers. They all move money from account 0 to 1; or, apart, each teller has two
// accounts of its own.
func (b *branch) hire(n int, apart bool) error {
	for i := range n {
		from := firstAccount(i, apart)
		name := fmt.Sprintf("teller %d", i+1)
		t, err := startTeller(name, b.dir, "teller", b.strategy.name,
			fmt.Sprint(from), fmt.Sprint(from+1))
		if err != nil {
			return err
		}
		b.tellers = append(b.tellers, t)
	}
	for _, t := range b.tellers {
		if err := t.ready(); err != nil {
			return err
		}
	}
	return nil
}

// firstAccount returns the account that the teller takes from; it gives to the next one.
func firstAccount(teller int, apart bool) int {
	if apart {
		return 2 * teller
	}
	return 0
}

// close ends the tellers before the owner they talk to.
func (b *branch) close() error {
	err := endAll(b.tellers)
	if b.ledger != nil {
		err = errors.Join(err, b.ledger.close())
	}
	if b.host != nil {
		err = errors.Join(err, b.host.end())
	}
	return err
}
