package ledger

import (
	"errors"
	"os"
	"runtime"
	"sync/atomic"
)

// An Optimistic counts the versions of each account. A move reads what it likes, thinks as long as
// it likes, and writes only if the versions are still those it has read; otherwise it starts again.
// SQL's UPDATE … WHERE version = 7 and HTTP's If-Match do the same.
//
// A process that is killed while it writes leaves an odd version behind, and others who want that
// account wait for ever.
//
// Move and Balances may be called by several goroutines.
type Optimistic struct {
	accounts []versioned
	unmap    func() error
	retries  atomic.Int64
}

// A versioned account's version is odd while somebody writes it.
type versioned struct {
	version atomic.Int64
	balance atomic.Int64
	_       [lineSize - 16]byte
}

// CreateOptimistic writes an account for each balance into an empty file.
func CreateOptimistic(f *os.File, balances []int64) error {
	if err := checkBalances(balances); err != nil {
		return err
	}
	return createMapped(f, "versions", 8, balances)
}

// OpenOptimistic maps the accounts in a file.
func OpenOptimistic(f *os.File) (*Optimistic, error) {
	accounts, unmap, err := openMapped[versioned](f, "versions")
	if err != nil {
		return nil, err
	}
	l := &Optimistic{accounts: accounts, unmap: unmap}
	balances := make([]int64, len(accounts))
	for i := range accounts { // without their versions: an account may have been left odd
		balances[i] = accounts[i].balance.Load()
	}
	if err := checkBalances(balances); err != nil {
		return nil, errors.Join(damaged("%w", err), unmap())
	}
	return l, nil
}

// Move writes two balances if neither account has changed since it was read.
func (l *Optimistic) Move(from, to int, amount int64) error {
	if err := checkMove(len(l.accounts), from, to, amount); err != nil {
		return err
	}
	a, b := &l.accounts[from], &l.accounts[to]
	for {
		versionA, have := a.read()
		versionB, there := b.read()
		if have < amount {
			return ErrFunds
		}
		if !begin(a, versionA, b, versionB) {
			l.retries.Add(1)
			continue
		}
		a.finish(versionA, have-amount)
		b.finish(versionB, there+amount)
		return nil
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

// begin makes both versions odd, if both are still those that were read.
func begin(a *versioned, readA int64, b *versioned, readB int64) bool {
	if !a.version.CompareAndSwap(readA, readA+1) {
		return false
	}
	if !b.version.CompareAndSwap(readB, readB+1) {
		a.version.Store(readA) // nothing was written, so the old version is right again
		return false
	}
	return true
}

// finish writes the balance, and only then the next even version.
func (v *versioned) finish(read, balance int64) {
	v.balance.Store(balance)
	v.version.Store(read + 2)
}

// Balances reads all accounts again and again, until none has changed while it did so.
func (l *Optimistic) Balances() ([]int64, error) {
	versions := make([]int64, len(l.accounts))
	balances := make([]int64, len(l.accounts))
	for again := true; again; {
		for i := range l.accounts {
			versions[i], balances[i] = l.accounts[i].read()
		}
		again = false
		for i := range l.accounts {
			again = again || l.accounts[i].version.Load() != versions[i]
		}
	}
	return balances, nil
}

// Retries returns how often this Optimistic has found a version changed and tried again.
func (l *Optimistic) Retries() int { return int(l.retries.Load()) }

// Close unmaps the memory. The file is the caller's.
func (l *Optimistic) Close() error {
	l.accounts = nil
	return l.unmap()
}
