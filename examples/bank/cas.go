package main

import (
	"errors"
	"sync/atomic"
)

// A casLedger keeps each balance in one word of mapped memory and changes it in one instruction,
// which the processor does for one core at a time. No lock, no system call; but only one word at a
// time, so that between debit and credit the money is nowhere to be seen.
type casLedger struct {
	accounts []word
	unmap    func() error
	retried  int
	pause    func(step string) // where a test stops us; may be nil
}

type word struct {
	value atomic.Int64
	_     [lineSize - 8]byte
}

func createCAS(dir string, balances []int64) error {
	if err := checkBalances(balances); err != nil {
		return err
	}
	if err := createMapped(dir, "words", len(balances)); err != nil {
		return err
	}
	lines, unmap, err := openMapped[word](dir, "words")
	if err != nil {
		return err
	}
	for i, b := range balances {
		lines[i].value.Store(b)
	}
	return unmap()
}

func openCAS(dir string) (ledger, error) {
	lines, unmap, err := openMapped[word](dir, "words")
	if err != nil {
		return nil, err
	}
	l := &casLedger{accounts: lines, unmap: unmap}
	if _, err := l.balances(); err != nil {
		return nil, errors.Join(err, unmap())
	}
	return l, nil
}

func (l *casLedger) move(from, to int, amount int64) error {
	if err := checkMove(len(l.accounts), from, to, amount); err != nil {
		return err
	}
	for {
		have := l.accounts[from].value.Load()
		if have < amount {
			return errFunds
		}
		// The check still holds at the moment of the swap, or there is no swap.
		if l.accounts[from].value.CompareAndSwap(have, have-amount) {
			break
		}
		l.retried++
	}
	at(l.pause, "debited") // who dies here takes the money along
	l.accounts[to].value.Add(amount)
	return nil
}

// balances reads one word after the other: exact only while nobody moves money.
func (l *casLedger) balances() ([]int64, error) {
	balances := make([]int64, len(l.accounts))
	for i := range balances {
		balances[i] = l.accounts[i].value.Load()
	}
	return balances, checkBalances(balances)
}

func (l *casLedger) retries() int { return l.retried }

func (l *casLedger) close() error { return l.unmap() }
