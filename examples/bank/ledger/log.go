package ledger

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// The write-ahead log is a line that says what the file is, and then a record for each transfer,
// all of one size. A record says what both balances are after it, not what to add to them. So it
// can be applied twice without harm, when nobody knows how far the process came that wrote it.
const logMagic = "lockstep bank log 1\n"

type record struct {
	number           int64 // 1 is the first
	from, to         int
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

// decodeRecord takes exactly what encode makes of a transfer that makes sense, in its place.
func decodeRecord(data []byte, number int64, accounts int) (record, error) {
	var r record
	var sum uint32
	_, err := fmt.Sscanf(string(data), "%d move %d from %d to %d leaves %d and %d %x\n",
		&r.number, &r.amount, &r.from, &r.to, &r.fromLeft, &r.toLeft, &sum)
	switch {
	case err != nil || string(r.encode()) != string(data):
		return r, damaged("log: record %d does not fit its checksum", number)
	case r.number != number:
		return r, damaged("log: record %d has the number %d", number, r.number)
	}
	if err := checkMove(accounts, r.from, r.to, r.amount); err != nil {
		return r, damaged("log: record %d: %w", number, err)
	}
	if r.toLeft < r.amount || checkBalances([]int64{r.fromLeft, r.toLeft}) != nil {
		return r, damaged("log: record %d leaves %d and %d", number, r.fromLeft, r.toLeft)
	}
	return r, nil
}

// parseLog reads a log, whatever its length, and returns the balances that its records leave, how
// many records there are, and how many bytes of an unfinished one follow them. Only Sync promises
// that a record is on the disk, and these are signs that it has not returned: the record is cut
// short, because its process was killed in the write; or it begins or ends with zeros, which is
// what a disk returns in place of data that it never got, after a power cut. Any other damage can be
// in a record that was promised, so the log is refused: to drop it could be to lose a transfer.
func parseLog(log io.Reader, accounts int) (left map[int]int64, records int64, cut int, err error) {
	in := bufio.NewReader(log)
	data := make([]byte, recordSize)
	n, err := readPart(in, data[:len(logMagic)])
	if err != nil {
		return nil, 0, 0, err
	}
	if string(data[:n]) != logMagic {
		return nil, 0, 0, damaged("log: it does not begin with %q", logMagic)
	}
	left = map[int]int64{}
	for {
		n, err := readPart(in, data)
		if err != nil || n < recordSize {
			return left, records, n, err
		}
		r, err := decodeRecord(data, records+1, accounts)
		if err != nil && (data[0] == 0 || data[recordSize-1] == 0) {
			if _, end := in.Peek(1); end == io.EOF {
				return left, records, recordSize, nil
			}
		}
		if err != nil {
			return nil, 0, 0, err
		}
		for account, found := range map[int]int64{
			r.from: r.fromLeft + r.amount,
			r.to:   r.toLeft - r.amount,
		} {
			if b, known := left[account]; known && b != found {
				return nil, 0, 0, damaged("log: record %d finds %d in account %d, where there are %d",
					r.number, found, account, b)
			}
		}
		left[r.from], left[r.to] = r.fromLeft, r.toLeft
		records++
	}
}

// readPart fills data, or as much of it as there is.
func readPart(r io.Reader, data []byte) (n int, err error) {
	n, err = io.ReadFull(r, data)
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return n, err
}
