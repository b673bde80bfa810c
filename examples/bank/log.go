package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
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

// parseLog reads a log, whatever its length, and hands on one record after the other. It returns
// how many bytes of an unfinished one follow them. The log may end in such a part: its writer died
// before the sync, and has promised nothing to anybody. But a record of full length was promised.
// If it is damaged, the log is refused: to drop it would be to lose a transfer.
func parseLog(log io.Reader, use func(record) error) (cut int, err error) {
	in := bufio.NewReader(log)
	data := make([]byte, recordSize)
	n, err := readPart(in, data[:len(logMagic)])
	if err != nil {
		return 0, err
	}
	if string(data[:n]) != logMagic {
		return 0, fmt.Errorf("not a log: it does not begin with %q", logMagic)
	}
	left := map[int64]int64{} // the balances as the records so far leave them
	for number := int64(1); ; number++ {
		n, err := readPart(in, data)
		if err != nil || n < recordSize {
			return n, err
		}
		r, err := decodeRecord(data)
		if err != nil {
			return 0, fmt.Errorf("record %d is %w", number, err)
		}
		if r.number != number {
			return 0, fmt.Errorf("record %d has the number %d", number, r.number)
		}
		for _, found := range []struct{ account, balance int64 }{
			{r.from, r.fromLeft + r.amount},
			{r.to, r.toLeft - r.amount},
		} {
			if b, known := left[found.account]; known && b != found.balance {
				return 0, fmt.Errorf("record %d finds %d in account %d, where there are %d",
					number, found.balance, found.account, b)
			}
		}
		if err := use(r); err != nil {
			return 0, err
		}
		left[r.from], left[r.to] = r.fromLeft, r.toLeft
	}
}

// readPart fills data, or as much of it as there is.
func readPart(r io.Reader, data []byte) (n int, err error) {
	n, err = io.ReadFull(r, data)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return n, err
}
