package main

import (
	"fmt"
	"io"
	"math"
)

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
	left := map[int64]int64{} // the balances as the records leave them
	did.cut, err = parseLog(io.NewSectionReader(l.log, 0, math.MaxInt64), func(r record) error {
		left[r.from], left[r.to] = r.fromLeft, r.toLeft
		did.records++
		return l.fits(r, r.number)
	})
	if err != nil {
		return did, fmt.Errorf("log: %w", err)
	}
	if err := l.log.Sync(); err != nil { // the log first, the balances after it
		return did, err
	}
	for n, balance := range left {
		if err := l.accounts[n].write(balance); err != nil {
			return did, err
		}
	}
	if did.cut == 0 {
		return did, nil
	}
	return did, l.log.Truncate(logSize(did.records))
}

// settle finishes what the lock's last holder may have left, and returns the last record's number.
// Like recover, it finds the record good before it writes anything.
func (l *walLedger) settle() (number int64, err error) {
	info, err := l.log.Stat()
	if err != nil {
		return 0, err
	}
	if info.Size() < logSize(l.mine) {
		return 0, fmt.Errorf("log: %d bytes long, and there were %d", info.Size(), logSize(l.mine))
	}
	number = (info.Size() - logSize(0)) / int64(recordSize)
	var last record
	if number > l.mine { // else it is ours, and done, or the log is empty
		if last, err = l.lastRecord(number); err != nil {
			return 0, fmt.Errorf("log: %w", err)
		}
	}
	if info.Size() > logSize(number) { // a part of a record: its writer died before the sync
		if err := l.log.Truncate(logSize(number)); err != nil {
			return 0, err
		}
	}
	if number == l.mine {
		return number, nil
	}
	if err := l.log.Sync(); err != nil { // its writer may have died just before
		return 0, err
	}
	return number, l.apply(last, nil)
}

func (l *walLedger) lastRecord(number int64) (record, error) {
	data := make([]byte, recordSize)
	if _, err := l.log.ReadAt(data, logSize(number-1)); err != nil {
		return record{}, err
	}
	r, err := decodeRecord(data)
	if err != nil {
		return record{}, fmt.Errorf("record %d is %w", number, err)
	}
	return r, l.fits(r, number)
}

// fits refuses a record in another one's place, or of an account that is not there.
func (l *walLedger) fits(r record, number int64) error {
	if r.number != number {
		return fmt.Errorf("record %d has the number %d", number, r.number)
	}
	if most := max(r.from, r.to); most >= int64(len(l.accounts)) {
		return fmt.Errorf("record %d names account %d, which is not there", number, most)
	}
	return nil
}
