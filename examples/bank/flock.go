package main

import "errors"

// A flockLedger locks the accounts it moves money between. Who wants one of them waits in the
// kernel; moves between other accounts go on.
type flockLedger struct {
	accounts []account
	pause    func(step string) // where a test stops us; may be nil
}

func openFlock(dir string) (ledger, error) {
	accounts, err := openAccounts(dir)
	if err != nil {
		return nil, err
	}
	l := &flockLedger{accounts: accounts}
	if _, err := l.balances(); err != nil { // refuse a damaged account before money moves
		return nil, errors.Join(err, l.close())
	}
	return l, nil
}

func (l *flockLedger) move(from, to int, amount int64) error {
	if err := checkMove(len(l.accounts), from, to, amount); err != nil {
		return err
	}
	// The lower number first, whatever the direction: see ordered.go.
	unlock, err := lockAll(l.accounts[min(from, to)], l.accounts[max(from, to)])
	if err != nil {
		return err
	}
	defer unlock()
	return l.transfer(l.accounts[from], l.accounts[to], amount)
}

// transfer does the work. The caller holds the locks of both accounts.
func (l *flockLedger) transfer(from, to account, amount int64) error {
	have, err := from.read()
	if err != nil {
		return err
	}
	there, err := to.read()
	if err != nil {
		return err
	}
	if have < amount {
		return errFunds
	}
	at(l.pause, "locked")
	if err := from.write(have - amount); err != nil {
		return err
	}
	at(l.pause, "debited") // who dies here takes the money along: see halfway.go
	if err := to.write(there + amount); err != nil {
		return err
	}
	at(l.pause, "credited")
	return nil
}

func (l *flockLedger) balances() ([]int64, error) {
	unlock, err := lockAll(l.accounts...) // all at once: money on its way is counted once
	if err != nil {
		return nil, err
	}
	defer unlock()
	return readAll(l.accounts)
}

func (l *flockLedger) close() error { return closeAccounts(l.accounts) }

// lockAll locks the accounts in the order given and returns what unlocks them.
func lockAll(accounts ...account) (unlock func(), err error) {
	for i, a := range accounts {
		if err := lockFile(a.file); err != nil {
			unlockAll(accounts[:i])
			return nil, err
		}
	}
	return func() { unlockAll(accounts) }, nil
}

func unlockAll(accounts []account) {
	for _, a := range accounts {
		unlockFile(a.file) // it cannot fail for a file that is open, and closing it unlocks it too
	}
}

func readAll(accounts []account) ([]int64, error) {
	balances := make([]int64, len(accounts))
	for i, a := range accounts {
		var err error
		if balances[i], err = a.read(); err != nil {
			return nil, err
		}
	}
	return balances, checkBalances(balances)
}

// at calls pause, if there is one, with the name of the step just done.
func at(pause func(string), step string) {
	if pause != nil {
		pause(step)
	}
}
