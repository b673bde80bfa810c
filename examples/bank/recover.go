package main

import (
	"errors"
	"fmt"
	"io"
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

type recovery struct{ records, cut int }

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

// recover reads everything and finds it good before it writes anything. Whoever dies in it leaves
// no more to do than there was: it can be done again.
func (l *walLedger) recover() (did recovery, err error) {
	if err := lockFile(l.log); err != nil {
		return did, err
	}
	defer unlockFile(l.log)
	if _, err := readAll(l.accounts); err != nil {
		return did, err
	}
	data, err := io.ReadAll(io.NewSectionReader(l.log, 0, 1<<40))
	if err != nil {
		return did, err
	}
	records, cut, err := parseLog(data)
	if err != nil {
		return did, fmt.Errorf("log: %w", err)
	}
	left := map[int64]int64{}
	for i, r := range records {
		if most := max(r.from, r.to); most >= int64(len(l.accounts)) {
			return did, fmt.Errorf("log: record %d names account %d, which is not there", i+1, most)
		}
		left[r.from], left[r.to] = r.fromLeft, r.toLeft
	}
	if err := l.log.Sync(); err != nil { // the log first, the balances after it
		return did, err
	}
	for n, balance := range left {
		if err := l.accounts[n].write(balance); err != nil {
			return did, err
		}
	}
	did = recovery{len(records), cut}
	if cut == 0 {
		return did, nil
	}
	return did, l.log.Truncate(int64(len(data) - cut))
}

// settle finishes what the lock's last holder may have left, and returns the last record's number.
func (l *walLedger) settle() (number int64, err error) {
	info, err := l.log.Stat()
	if err != nil {
		return 0, err
	}
	number = (info.Size() - logSize(0)) / int64(recordSize)
	if info.Size() > logSize(number) { // a part of a record: its writer died before the sync
		if err := l.log.Truncate(logSize(number)); err != nil {
			return 0, err
		}
	}
	if number == l.mine {
		return number, nil // ours, and done, or the log is empty
	}
	data := make([]byte, recordSize)
	if _, err := l.log.ReadAt(data, logSize(number-1)); err != nil {
		return 0, err
	}
	last, err := decodeRecord(data)
	if err != nil {
		return 0, fmt.Errorf("log: record %d is %w", number, err)
	}
	if err := l.log.Sync(); err != nil { // its writer may have died just before
		return 0, err
	}
	return number, l.apply(last, nil)
}
