package main

import (
	"errors"
	"runtime"
	"sync/atomic"
)

// An optimisticLedger counts the versions of each account. A move reads what it likes, thinks as
// long as it likes, and then writes only if the versions it saw are still there; or it starts
// again. It is what `UPDATE … WHERE version = 7` and HTTP's If-Match do.
type optimisticLedger struct {
	accounts []versioned
	unmap    func() error
	retried  int
	pause    func(step string) // where a test stops us; may be nil
}

// A versioned account's version is odd while somebody writes it.
type versioned struct {
	version atomic.Int64
	balance atomic.Int64
	_       [lineSize - 16]byte
}

func createOptimistic(dir string, balances []int64) error {
	if err := checkBalances(balances); err != nil {
		return err
	}
	if err := createMapped(dir, "versions", len(balances)); err != nil {
		return err
	}
	lines, unmap, err := openMapped[versioned](dir, "versions")
	if err != nil {
		return err
	}
	for i, b := range balances {
		lines[i].balance.Store(b)
	}
	return unmap()
}

func openOptimistic(dir string) (ledger, error) {
	lines, unmap, err := openMapped[versioned](dir, "versions")
	if err != nil {
		return nil, err
	}
	l := &optimisticLedger{accounts: lines, unmap: unmap}
	if _, err := l.balances(); err != nil {
		return nil, errors.Join(err, unmap())
	}
	return l, nil
}

func (l *optimisticLedger) move(from, to int, amount int64) error {
	if err := checkMove(len(l.accounts), from, to, amount); err != nil {
		return err
	}
	a, b := &l.accounts[from], &l.accounts[to]
	for {
		seenA, have := a.read()
		seenB, there := b.read()
		if have < amount {
			return errFunds
		}
		if a.begin(seenA) {
			if b.begin(seenB) {
				at(l.pause, "begun") // who dies here leaves both odd, and others wait for ever
				a.finish(seenA, have-amount)
				b.finish(seenB, there+amount)
				return nil
			}
			a.version.Store(seenA) // nothing was written: the old version is back
		}
		l.retried++
	}
}

// read returns a version and its balance.
func (v *versioned) read() (version, balance int64) {
	for {
		version, balance = v.version.Load(), v.balance.Load()
		if version%2 == 0 && v.version.Load() == version {
			return version, balance
		}
		runtime.Gosched()
	}
}

// begin makes the version odd, unless it is no longer the one that was seen.
func (v *versioned) begin(seen int64) bool { return v.version.CompareAndSwap(seen, seen+1) }

func (v *versioned) finish(seen, balance int64) {
	v.balance.Store(balance)
	v.version.Store(seen + 2)
}

// balances reads one account after the other, until none has changed since it was read.
func (l *optimisticLedger) balances() ([]int64, error) {
	seen := make([]int64, len(l.accounts))
	balances := make([]int64, len(l.accounts))
	for again := true; again; {
		for i := range l.accounts {
			seen[i], balances[i] = l.accounts[i].read()
		}
		again = false
		for i := range l.accounts {
			again = again || l.accounts[i].version.Load() != seen[i]
		}
	}
	return balances, checkBalances(balances)
}

func (l *optimisticLedger) retries() int { return l.retried }

func (l *optimisticLedger) close() error { return l.unmap() }
