package main

import (
	"errors"
	"fmt"
	"math"
)

// A ledger holds accounts, numbered from 0. Each teller opens it for itself; what they do to it at
// the same time must come out as if they had done it one after the other.
type ledger interface {
	// move takes amount from one account and gives it to the other, or changes nothing.
	move(from, to int, amount int64) error
	balances() ([]int64, error)
	close() error
}

// errFunds refuses a move that would leave an account below zero.
var errFunds = errors.New("not enough money in the account")

// A strategy is one way to keep a ledger's contract.
type strategy struct {
	name   string
	create func(dir string, balances []int64) error
	open   func(dir string) (ledger, error)
	host   string // the role of a process that must run beside the tellers, if any
}

var strategies = []strategy{
	{name: "flock", create: createAccounts, open: openFlock},
	{name: "cas", create: createCAS, open: openCAS},
	{name: "owner", create: createOwner, open: openOwner, host: "owner-process"},
	{name: "optimistic", create: createOptimistic, open: openOptimistic},
	{name: "wal", create: createWAL, open: openWAL},
}

func findStrategy(name string) (strategy, error) {
	for _, s := range strategies {
		if s.name == name {
			return s, nil
		}
	}
	return strategy{}, fmt.Errorf("unknown strategy %q", name)
}

// checkMove refuses what no strategy does. Sums cannot overflow: checkBalances has seen to it that
// all the money there is fits into one account.
func checkMove(accounts, from, to int, amount int64) error {
	for _, n := range []int{from, to} {
		if n < 0 || n >= accounts {
			return fmt.Errorf("there is no account %d", n)
		}
	}
	switch {
	case from == to:
		return fmt.Errorf("from account %d to itself", from)
	case amount <= 0:
		return fmt.Errorf("amount %d is not above zero", amount)
	}
	return nil
}

func checkBalances(balances []int64) error {
	sum := int64(0)
	for i, b := range balances {
		if b < 0 {
			return fmt.Errorf("account %d: balance %d is below zero", i, b)
		}
		if b > math.MaxInt64-sum {
			return fmt.Errorf("account %d: balance %d is more than can be summed up", i, b)
		}
		sum += b
	}
	return nil
}
