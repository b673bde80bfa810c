package main

import (
	"errors"
	"slices"
	"sync"
)

// A mutexLedger is for the goroutines of one process. It lives and dies with them.
type mutexLedger struct {
	mu       sync.Mutex // guards accounts
	accounts []int64
}

func (l *mutexLedger) move(from, to int, amount int64) error {
	if err := checkMove(len(l.accounts), from, to, amount); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.accounts[from] < amount {
		return errFunds
	}
	l.accounts[from] -= amount
	l.accounts[to] += amount
	return nil
}

func (l *mutexLedger) balances() ([]int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.accounts), nil
}

func (l *mutexLedger) close() error { return nil }

// runGoroutines does the work of the strategies with goroutines instead of processes.
func runGoroutines(args []string) error {
	fs := newFlags("goroutines")
	w := workFlags(fs)
	if err := parse(fs, args); err != nil {
		return err
	}
	l := &mutexLedger{accounts: w.start()}
	errs := make([]error, *w.tellers) // each goroutine writes its own element
	made := make([]int, *w.tellers)
	var wg sync.WaitGroup
	for i := range *w.tellers {
		wg.Go(func() {
			from := firstAccount(i, *w.apart)
			for made[i] < *w.deposits && errs[i] == nil {
				if errs[i] = l.move(from, from+1, 1); errs[i] == nil {
					made[i]++
				}
			}
			say("[goroutine %d] %d deposits", i+1, made[i])
		})
	}
	wg.Wait()
	balances, err := l.balances()
	if err = errors.Join(append(errs, err)...); err != nil {
		return err
	}
	return w.check(balances, made, func(line string) { say("%s", line) })
}
