package ledger

import (
	"errors"
	"os"
	"sync/atomic"
)

// A CAS keeps each balance in a word of shared memory, and changes it in one instruction:
// compare-and-swap, which the processor carries out for one core at a time. It takes no lock and
// makes no system call. But one word is all that it can change at once, so between debit and credit
// the money is in neither account, and a process that is killed there takes it along.
//
// Move and Balances may be called by several goroutines.
type CAS struct {
	accounts []Word
	unmap    func() error
	retries  atomic.Int64
}

// CreateCAS writes an account for each balance into an empty file.
func CreateCAS(f *os.File, balances []int64) error {
	if err := checkBalances(balances); err != nil {
		return err
	}
	return CreateWords(f, balances)
}

// OpenCAS maps the accounts in a file.
func OpenCAS(f *os.File) (*CAS, error) {
	accounts, unmap, err := OpenWords(f)
	if err != nil {
		return nil, err
	}
	l := &CAS{accounts: accounts, unmap: unmap}
	if balances, _ := l.Balances(); checkBalances(balances) != nil {
		return nil, errors.Join(damaged("%w", checkBalances(balances)), unmap())
	}
	return l, nil
}

// Move takes the money from one word, and then adds it to the other.
func (l *CAS) Move(from, to int, amount int64) error {
	if err := checkMove(len(l.accounts), from, to, amount); err != nil {
		return err
	}
	if err := l.debit(from, amount); err != nil {
		return err
	}
	l.accounts[to].Add(amount)
	return nil
}

// debit takes money from an account if there is enough of it.
func (l *CAS) debit(from int, amount int64) error {
	for {
		have := l.accounts[from].Load()
		if have < amount {
			return ErrFunds
		}
		// The check still holds at the moment of the swap, or nothing is swapped.
		if l.accounts[from].CompareAndSwap(have, have-amount) {
			return nil
		}
		l.retries.Add(1)
	}
}

// Balances reads one word after the other: exact only while nobody moves money.
func (l *CAS) Balances() ([]int64, error) {
	balances := make([]int64, len(l.accounts))
	for i := range balances {
		balances[i] = l.accounts[i].Load()
	}
	return balances, nil
}

// Retries returns how often this CAS has found a balance changed and tried again.
func (l *CAS) Retries() int { return int(l.retries.Load()) }

// Close unmaps the memory. The file is the caller's.
func (l *CAS) Close() error {
	l.accounts = nil
	return l.unmap()
}
