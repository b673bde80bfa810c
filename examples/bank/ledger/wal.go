package ledger

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// A WAL (write-ahead log) keeps its accounts in a file, and has a second file, the log. It writes
// each move to the log, and the log to the disk, before it changes a balance. Whoever gets the lock
// next finishes what the last holder may have left half done. So a move has happened or it has not,
// whatever is killed; and if Move has returned without an error it has, even if the power fails.
//
// A WAL is for one goroutine at a time. Each goroutine or process that moves money at the same time
// opens one of its own, on files it has opened itself. The log only grows.
type WAL struct {
	log      File // its lock guards both files
	accounts accounts
	applied  int64 // so many records of the log are known to be in the accounts
	recovery Recovery
}

// A Recovery says what OpenWAL has found in the log.
type Recovery struct {
	Records int64 // how many moves have happened
	Cut     int   // the bytes of one more that has not, and was cut off
}

// CreateWAL writes an account for each balance into one empty file, and a log into the other.
func CreateWAL(log, accounts File, balances []int64) error {
	if err := createAccounts(accounts, balances); err != nil {
		return err
	}
	return createFile(log, []byte(logMagic))
}

// OpenWAL opens a log and its accounts, and makes the accounts what the log says. Where something
// is damaged that the log cannot repair, it changes nothing and returns an ErrDamaged.
func OpenWAL(log, accounts File) (*WAL, error) {
	l := &WAL{log: log}
	var err error
	if l.accounts, err = openAccounts(accounts); err != nil {
		return nil, err
	}
	return l, l.recover()
}

// Move writes the move to the log and changes the balances, while it has the lock on the log. If
// the disk has the log but a balance cannot be written, the move has happened all the same: whoever
// has the lock next writes the balances again, and reports it if that fails.
func (l *WAL) Move(from, to int, amount int64) error {
	if err := checkMove(l.accounts.n, from, to, amount); err != nil {
		return err
	}
	unlock, err := lock(l.log)
	if err != nil {
		return err
	}
	defer unlock()
	if err := l.settle(); err != nil {
		return err
	}
	have, err := l.accounts.read(from)
	if err != nil {
		return err
	}
	there, err := l.accounts.read(to)
	if err != nil {
		return err
	}
	if have < amount {
		return ErrFunds
	}
	r := record{l.applied + 1, from, to, amount, have - amount, there + amount}
	if err := l.append(r); err != nil {
		return err
	}
	if l.apply(r) == nil {
		l.applied = r.number
	}
	return nil
}

// append writes the record at the end of the log, and returns when the disk has it. If the disk
// does not take it, append removes it again: a move that is reported as failed must not happen later.
func (l *WAL) append(r record) error {
	end := logSize(r.number - 1)
	_, err := l.log.WriteAt(r.encode(), end)
	if err == nil {
		err = l.log.Sync()
	}
	if err != nil {
		return undone(err, l.log.Truncate(end), l.log.Sync())
	}
	return nil
}

// apply makes both balances what the record says. To do it twice does no harm.
func (l *WAL) apply(r record) error {
	if err := l.accounts.write(r.from, r.fromLeft); err != nil {
		return err
	}
	return l.accounts.write(r.to, r.toLeft)
}

// settle finishes what the lock's last holder may have left. Like recover, it finds the record good
// before it writes anything.
func (l *WAL) settle() error {
	info, err := l.log.Stat()
	if err != nil {
		return err
	}
	size := info.Size()
	if size < logSize(l.applied) {
		return damaged("log: %d bytes long, and there were %d", size, logSize(l.applied))
	}
	number := (size - logSize(0)) / int64(recordSize)
	var last record
	if number > l.applied { // there is a record that we have not applied ourselves
		data := make([]byte, recordSize)
		if _, err := l.log.ReadAt(data, logSize(number-1)); err != nil {
			return err
		}
		if last, err = decodeRecord(data, number, l.accounts.n); err != nil {
			return err
		}
	}
	if size > logSize(number) {
		// A process died in the write of its record. What it has written goes, and its going is synced before the
		// next record lies there: else a power cut could leave the beginning of one and the end of the other.
		if err := errors.Join(l.log.Truncate(logSize(number)), l.log.Sync()); err != nil {
			return err
		}
	}
	if number == l.applied {
		return nil
	}
	if err := l.log.Sync(); err != nil { // its process may have died just before
		return err
	}
	if err := l.apply(last); err != nil {
		return err
	}
	l.applied = number
	return nil
}

// recover makes all accounts what the log says. It reads everything and finds it good before it
// writes anything. A process that is killed in it leaves no more to do than there was.
func (l *WAL) recover() error {
	unlock, err := lock(l.log)
	if err != nil {
		return err
	}
	defer unlock()
	log := io.NewSectionReader(l.log, 0, math.MaxInt64)
	left, records, cut, err := parseLog(log, l.accounts.n)
	if err != nil {
		return err
	}
	if _, err := l.accounts.readAll(left); err != nil {
		return err
	}
	if cut > 0 {
		if err := l.log.Truncate(logSize(records)); err != nil {
			return err
		}
	}
	if err := l.log.Sync(); err != nil { // the log first, the balances after it
		return err
	}
	for n, balance := range left {
		if err := l.accounts.write(n, balance); err != nil {
			return err
		}
	}
	l.applied = records
	l.recovery = Recovery{records, cut}
	return nil
}

// Recovery returns what OpenWAL has found.
func (l *WAL) Recovery() Recovery { return l.recovery }

// Balances settles what may be left to do, and reads all accounts while it has the lock.
func (l *WAL) Balances() ([]int64, error) {
	unlock, err := lock(l.log)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := l.settle(); err != nil {
		return nil, err
	}
	return l.accounts.readAll(nil)
}

// Close does nothing: the files are the caller's.
func (l *WAL) Close() error { return nil }

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
// short, because its process was killed in the write; or there are zeros in it (more than the one that
// a flipped bit makes of a blank), which is what a disk returns in place of data that it never got,
// after a power cut. Any other damage can be in a record that was promised, so the log is refused: to
// drop it could be to lose a transfer.
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
		if err != nil && (data[0] == 0 || data[recordSize-1] == 0 || bytes.Contains(data, []byte{0, 0})) {
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
