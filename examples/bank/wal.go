package main

import (
	"errors"
	"os"
	"path/filepath"
)

// A walLedger writes each transfer to a log, and the log to the disk, before it changes a balance.
// Whoever gets the lock next finishes what the last holder may have left half done.
type walLedger struct {
	log      *os.File // its lock guards all of the ledger
	accounts []account
	mine     int64             // the number of the last record that we wrote and applied
	pause    func(step string) // where a test stops us; may be nil
}

// walSteps are the points at which a teller can die in the middle of a move, in order.
var walSteps = []string{"locked", "half logged", "logged", "synced", "debited", "credited"}

func createWAL(dir string, balances []int64) error {
	if err := createAccounts(dir, balances); err != nil {
		return err
	}
	return writeNew(filepath.Join(dir, "log"), []byte(logMagic))
}

func openWAL(dir string) (ledger, error) {
	l, _, err := recoverWAL(dir)
	if err != nil {
		return nil, err
	}
	return l, nil
}

func (l *walLedger) move(from, to int, amount int64) error {
	if err := checkMove(len(l.accounts), from, to, amount); err != nil {
		return err
	}
	if err := lockFile(l.log); err != nil {
		return err
	}
	defer unlockFile(l.log)
	number, err := l.settle()
	if err != nil {
		return err
	}
	have, err := l.accounts[from].read()
	if err != nil {
		return err
	}
	there, err := l.accounts[to].read()
	if err != nil {
		return err
	}
	if have < amount {
		return errFunds
	}
	at(l.pause, "locked")
	r := record{number + 1, int64(from), int64(to), amount, have - amount, there + amount}
	if err := l.append(r); err != nil {
		return err
	}
	if err := l.apply(r, l.pause); err != nil {
		return err // the record is there: the next move finishes it
	}
	l.mine = r.number
	return nil
}

// append writes the record and returns when the disk has it. From then on the transfer has
// happened, whatever becomes of us.
func (l *walLedger) append(r record) error {
	data, end := r.encode(), logSize(r.number-1)
	half := int64(len(data) / 2)
	// In two writes, so that a test can kill us in between. A power cut needs no such help.
	if _, err := l.log.WriteAt(data[:half], end); err != nil {
		return err
	}
	at(l.pause, "half logged")
	if _, err := l.log.WriteAt(data[half:], end+half); err != nil {
		return err
	}
	at(l.pause, "logged")
	if err := l.log.Sync(); err != nil {
		return err
	}
	at(l.pause, "synced")
	return nil
}

// apply makes both balances what the record says. To do it twice is to do it once.
func (l *walLedger) apply(r record, pause func(string)) error {
	if err := l.accounts[r.from].write(r.fromLeft); err != nil {
		return err
	}
	at(pause, "debited")
	if err := l.accounts[r.to].write(r.toLeft); err != nil {
		return err
	}
	at(pause, "credited")
	return nil
}

func (l *walLedger) balances() ([]int64, error) {
	if err := lockFile(l.log); err != nil {
		return nil, err
	}
	defer unlockFile(l.log)
	if _, err := l.settle(); err != nil {
		return nil, err
	}
	return readAll(l.accounts)
}

func (l *walLedger) close() error {
	return errors.Join(l.log.Close(), closeAccounts(l.accounts))
}
