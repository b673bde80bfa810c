package ledger

import (
	"slices"
	"sync"
)

// A Mutex is a ledger for the goroutines of one process. It is gone when the process ends.
type Mutex struct {
	mu       sync.Mutex // guards accounts
	accounts []int64
}

// NewMutex returns a ledger with an account for each balance.
func NewMutex(balances []int64) (*Mutex, error) {
	return &Mutex{accounts: slices.Clone(balances)}, checkBalances(balances)
}

// Move moves money while it has the mutex.
func (l *Mutex) Move(from, to int, amount int64) error {
	if err := checkMove(len(l.accounts), from, to, amount); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.accounts[from] < amount {
		return ErrFunds
	}
	l.accounts[from] -= amount
	l.accounts[to] += amount
	return nil
}

// Balances reads all accounts while it has the mutex.
func (l *Mutex) Balances() ([]int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.accounts), nil
}

// Close does nothing.
func (l *Mutex) Close() error { return nil }
