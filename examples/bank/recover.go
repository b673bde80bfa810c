package main

import (
	"errors"
	"os"
	"path/filepath"
)

// runRecover repairs the accounts in a folder after a crash: see crash -dir.
func runRecover(args []string) error {
	fs := newFlags("recover")
	dir := fs.String("dir", "", "the `folder` with the accounts and their log")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *dir == "" {
		return usagef("-dir is missing: name the folder with the accounts and their log")
	}
	l, did, err := recoverWAL(*dir)
	if err != nil {
		return err
	}
	defer l.close()
	balances, err := l.balances()
	if err != nil {
		return err
	}
	say("records in the log: %d", did.records)
	if did.cut > 0 {
		say("cut off: %d of a record's %d bytes; that transfer has not happened",
			did.cut, recordSize)
	}
	sum := int64(0)
	for i, b := range balances {
		say("account %d: %d", i, b)
		sum += b
	}
	say("sum %d", sum)
	return nil
}

// A recovery says how many records there were, and how many bytes of one more were cut off.
type recovery struct {
	records int64
	cut     int
}

// recoverWAL opens a ledger and makes its accounts what the log says.
func recoverWAL(dir string) (*walLedger, recovery, error) {
	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_RDWR, 0)
	if err != nil {
		return nil, recovery{}, err
	}
	l := &walLedger{log: log}
	var did recovery
	if l.accounts, err = openAccounts(dir); err == nil {
		did, err = l.recover()
	}
	if err != nil {
		return nil, recovery{}, errors.Join(err, l.close())
	}
	return l, did, nil
}
