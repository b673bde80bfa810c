package ledger

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sampleLog is a log of three transfers between accounts of 100, 100 and 0.
func sampleLog() []byte {
	return encodeLog(record{1, 0, 1, 50, 50, 150}, record{2, 1, 2, 150, 0, 150}, record{3, 2, 0, 1, 149, 51})
}

func encodeLog(records ...record) []byte {
	log := []byte(logMagic)
	for _, r := range records {
		log = append(log, r.encode()...)
	}
	return log
}

func parse(log []byte) (records, cut int, err error) {
	_, n, cut, err := parseLog(bytes.NewReader(log), maxAccounts)
	return int(n), cut, err
}

// endless is a file without end, such as a device.
type endless struct{}

func (endless) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestLogIsReadPieceByPiece: of a log without end no more is read than up to the first mistake.
func TestLogIsReadPieceByPiece(t *testing.T) {
	log := io.MultiReader(bytes.NewReader(sampleLog()), endless{})
	if _, _, _, err := parseLog(log, 3); err == nil || !strings.Contains(err.Error(), "record 4") {
		t.Errorf("%v, want a mistake in record 4", err)
	}
}

func TestLogRefusesEveryFlippedBit(t *testing.T) {
	log := sampleLog()
	if records, cut, err := parse(log); err != nil || records != 3 || cut != 0 {
		t.Fatalf("the sample: %d records, %d bytes cut, %v", records, cut, err)
	}
	for i := range len(log) * 8 {
		bad := slices.Clone(log)
		bad[i/8] ^= 1 << (i % 8)
		if records, cut, err := parse(bad); err == nil {
			t.Errorf("bit %d of byte %d flipped: accepted, %d records, %d bytes cut", i%8, i/8, records, cut)
		}
	}
}

func TestLogCutAnywhereIsWholeRecordsOrRefused(t *testing.T) {
	log := sampleLog()
	for n := range log {
		records, cut, err := parse(log[:n])
		switch head := len(logMagic); {
		case n < head && err == nil:
			t.Errorf("%d bytes, less than a head: accepted", n)
		case n >= head && (err != nil || records != (n-head)/recordSize || cut != (n-head)%recordSize):
			t.Errorf("%d bytes: %d records, %d bytes cut, %v", n, records, cut, err)
		}
	}
}

// TestLogCutsOffWhatTheDiskNeverGot: zeros at an end of the last record are dropped, and at an end
// of any other they are damage.
func TestLogCutsOffWhatTheDiskNeverGot(t *testing.T) {
	for n := 1; n <= recordSize; n++ {
		head, tail := sampleLog(), sampleLog()
		clear(head[logSize(2):][:n])
		clear(tail[len(tail)-n:])
		for _, log := range [][]byte{head, tail} {
			if records, cut, err := parse(log); err != nil || records != 2 || cut != recordSize {
				t.Errorf("%d zeros: %d records, %d bytes cut, %v", n, records, cut, err)
			}
			if records, cut, err := parse(append(log, 0)); err == nil {
				t.Errorf("%d zeros, and more behind: %d records, %d bytes cut", n, records, cut)
			}
		}
	}
}

// TestLogRefusesMoneyFromNowhere parses records with good checksums that no move could write.
func TestLogRefusesMoneyFromNowhere(t *testing.T) {
	first := record{1, 0, 1, 50, 50, 150}
	for name, records := range map[string][]record{
		"nothing moved":            {{1, 0, 1, 0, 100, 100}},
		"a negative amount":        {{1, 0, 1, -50, 150, 50}},
		"an account to itself":     {{1, 1, 1, 50, 50, 100}},
		"a negative account":       {{1, -1, 1, 50, 50, 150}},
		"a stranger's account":     {{1, 0, maxAccounts, 50, 50, 150}},
		"a balance below zero":     {{1, 0, 1, 50, -10, 150}},
		"less than was given":      {{1, 0, 1, 50, 50, 49}},
		"more than can be":         {{1, 0, 1, 50, 1 << 62, 1 << 62}},
		"the first is not 1":       {{2, 0, 1, 50, 50, 150}},
		"one twice":                {first, first},
		"one missing":              {first, {3, 0, 1, 10, 40, 160}},
		"money made in between":    {first, {2, 0, 1, 10, 90, 160}},
		"money lost in between":    {first, {2, 0, 1, 10, 40, 20}},
		"an account changed alone": {first, {2, 2, 1, 10, 0, 170}},
	} {
		if _, _, err := parse(encodeLog(records...)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestAccountRefusesEveryFlippedBitAndEveryCut(t *testing.T) {
	for _, balance := range []int64{0, 1, 100, 1<<63 - 1} {
		data := encodeAccount(7, balance)
		if got, err := decodeAccount(7, data); err != nil || got != balance {
			t.Errorf("balance %d: read as %d, %v", balance, got, err)
		}
		if got, err := decodeAccount(8, data); err == nil {
			t.Errorf("balance %d, in another account's place: read as %d", balance, got)
		}
		for i := range len(data) * 8 {
			bad := slices.Clone(data)
			bad[i/8] ^= 1 << (i % 8)
			if got, err := decodeAccount(7, bad); err == nil {
				t.Errorf("balance %d, bit %d of byte %d flipped: read as %d", balance, i%8, i/8, got)
			}
		}
		for n := range data {
			if got, err := decodeAccount(7, data[:n]); err == nil {
				t.Errorf("balance %d, cut after %d bytes: read as %d", balance, n, got)
			}
		}
	}
}

// FuzzParseLog: whatever the bytes, there is no panic, no account is ever below zero, and what is
// accepted goes on being a log when the part that is cut off has been replaced.
func FuzzParseLog(f *testing.F) {
	log := sampleLog()
	f.Add([]byte{})
	f.Add([]byte(logMagic))
	f.Add(log)
	f.Add(log[:len(log)-7])
	f.Add(append(log[:len(log):len(log)], make([]byte, recordSize)...))
	f.Add(bytes.ReplaceAll(log, []byte("50"), []byte("5 ")))
	f.Add([]byte(logMagic + strings.Repeat("\xff", 2*recordSize)))
	f.Fuzz(func(t *testing.T, data []byte) {
		left, records, cut, err := parseLog(bytes.NewReader(data), 3)
		if err != nil {
			return
		}
		if logSize(records)+int64(cut) != int64(len(data)) {
			t.Errorf("%d records and %d bytes cut off, of %d", records, cut, len(data))
		}
		for account, balance := range left {
			if balance < 0 || account < 0 || account >= 3 {
				t.Errorf("account %d has %d", account, balance)
			}
		}
		again, n, cut, err := parseLog(bytes.NewReader(data[:logSize(records)]), 3)
		if err != nil || n != records || cut != 0 || fmt.Sprint(again) != fmt.Sprint(left) {
			t.Errorf("without what was cut off: %v, %d records, %d bytes cut, %v", again, n, cut, err)
		}
	})
}

func FuzzAccounts(f *testing.F) {
	good := append([]byte(accountsMagic), encodeAccount(0, 5)...)
	f.Add(good)
	f.Add(append(slices.Clone(good), encodeAccount(1, 1<<62)...))
	f.Add(append(slices.Clone(good), encodeAccount(1, -60)...))
	f.Add([]byte(accountsMagic))
	f.Fuzz(func(t *testing.T, data []byte) {
		file := memFile{bytes.NewReader(data), int64(len(data))}
		a, err := openAccounts(file)
		if err != nil {
			return
		}
		balances, err := a.readAll(nil)
		if err != nil {
			return
		}
		again := []byte(accountsMagic)
		for n, balance := range balances {
			if one, err := a.read(n); err != nil || one != balance || balance < 0 {
				t.Errorf("account %d: %d and %d, %v", n, one, balance, err)
			}
			again = append(again, encodeAccount(n, balance)...)
		}
		if !bytes.Equal(again, data) {
			t.Errorf("%q was accepted as %q", data, again)
		}
	})
}

// memFile is a File that can only be read.
type memFile struct {
	io.ReaderAt
	size int64
}

func (f memFile) Stat() (os.FileInfo, error)       { return memInfo{nil, f.size}, nil }
func (memFile) WriteAt([]byte, int64) (int, error) { panic("not to be written") }
func (memFile) Truncate(int64) error               { panic("not to be written") }
func (memFile) Sync() error                        { panic("not to be written") }
func (memFile) Fd() uintptr                        { panic("there is none") }

type memInfo struct {
	os.FileInfo
	size int64
}

func (i memInfo) Size() int64 { return i.size }

var canonical = regexp.MustCompile(`^(balances|move [01] [01] [1-9][0-9]*)$`)

// FuzzAnswer: whatever a client sends to the owner, money is neither made nor lost, and no account
// falls below zero.
func FuzzAnswer(f *testing.F) {
	for _, line := range []string{
		"", "balances", "balances 1", "move", "move 0 1 50", "move 0 1 101", "move 1 0 -50", "move 0 0 1",
		"move 0 2 1", "move -1 0 1", "move 0 1 9223372036854775808", "move 0 1 50 1", "mov 0 1 50",
		"move  0  1  5", "move 4294967296 1 5", "move 0 1 0x5", "move 0 1 5\r",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		balances := []int64{100, 20}
		answer := answer(balances, line)
		if checkBalances(balances) != nil || balances[0]+balances[1] != 120 {
			t.Errorf("%q: the balances are %d", line, balances)
		}
		if ok := strings.HasPrefix(answer, "ok"); ok && !canonical.MatchString(line) {
			t.Errorf("%q: the answer is %q, to what is no request", line, answer)
		}
		changed := balances[0] != 100
		if ok := strings.HasPrefix(answer, "ok"); changed && !ok || !ok && !strings.HasPrefix(answer, "no: ") {
			t.Errorf("%q: the answer is %q, the balances %d", line, answer, balances)
		}
	})
}
