package main

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
)

// The write-ahead log is a line that says what the file is, then a record for each transfer, all
// of one size. A record says what both balances are after it, not what to add to them: so it can
// be applied again without harm, when nobody knows how far the teller came who wrote it.
const logMagic = "lockstep bank log 1\n"

type record struct {
	number           int64 // 1 is the first
	from, to         int64
	amount           int64
	fromLeft, toLeft int64 // the balances once it is done
}

var recordSize = len(record{}.encode())

// logSize is the size of a log of so many records.
func logSize(records int64) int64 { return int64(len(logMagic)) + records*int64(recordSize) }

func (r record) encode() []byte {
	text := fmt.Sprintf("%010d move %019d from %05d to %05d leaves %019d and %019d",
		r.number, r.amount, r.from, r.to, r.fromLeft, r.toLeft)
	return fmt.Appendf(nil, "%s %08x\n", text, crc32.Checksum([]byte(text), castagnoli))
}

// decodeRecord takes exactly what encode makes of a transfer that makes sense.
func decodeRecord(data []byte) (record, error) {
	var r record
	var sum uint32
	_, err := fmt.Sscanf(string(data), "%d move %d from %d to %d leaves %d and %d %x\n",
		&r.number, &r.amount, &r.from, &r.to, &r.fromLeft, &r.toLeft, &sum)
	if err != nil || !bytes.Equal(r.encode(), data) {
		return record{}, errors.New("damaged: its bytes do not fit its checksum")
	}
	if r.amount <= 0 || r.from < 0 || r.to < 0 || r.from == r.to || r.toLeft < r.amount ||
		checkBalances([]int64{r.fromLeft, r.toLeft}) != nil {
		return record{}, fmt.Errorf("no transfer: %d from account %d to %d, leaving %d and %d",
			r.amount, r.from, r.to, r.fromLeft, r.toLeft)
	}
	return r, nil
}

// parseLog returns the records of a log, and how many bytes of an unfinished one follow them. The
// log may end in such a part: its writer died before the sync, and has promised nothing to anybody.
// But a record of full length was promised. If it is damaged, the log is refused: to drop it
// would be to lose a transfer.
func parseLog(data []byte) (records []record, cut int, err error) {
	if !bytes.HasPrefix(data, []byte(logMagic)) {
		return nil, 0, fmt.Errorf("not a log: it does not begin with %q", logMagic)
	}
	left := map[int64]int64{} // the balances as the records so far leave them
	for data = data[len(logMagic):]; len(data) >= recordSize; data = data[recordSize:] {
		n := len(records) + 1
		r, err := decodeRecord(data[:recordSize])
		if err != nil {
			return nil, 0, fmt.Errorf("record %d is %w", n, err)
		}
		if r.number != int64(n) {
			return nil, 0, fmt.Errorf("record %d has the number %d", n, r.number)
		}
		for _, found := range []struct{ account, balance int64 }{
			{r.from, r.fromLeft + r.amount},
			{r.to, r.toLeft - r.amount},
		} {
			if b, known := left[found.account]; known && b != found.balance {
				return nil, 0, fmt.Errorf("record %d finds %d in account %d, where there are %d",
					n, found.balance, found.account, b)
			}
		}
		left[r.from], left[r.to] = r.fromLeft, r.toLeft
		records = append(records, r)
	}
	return records, len(data), nil
}
