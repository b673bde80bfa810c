package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// sampleLog is a log of three transfers between accounts of 100, 100 and 0.
func sampleLog() []byte {
	log := []byte(logMagic)
	for _, r := range []record{
		{1, 0, 1, 50, 50, 150},
		{2, 1, 2, 150, 0, 150},
		{3, 2, 0, 1, 149, 51},
	} {
		log = append(log, r.encode()...)
	}
	return log
}

// readLog returns the records of a log.
func readLog(data []byte) (records []record, cut int, err error) {
	cut, err = parseLog(bytes.NewReader(data), func(r record) error {
		records = append(records, r)
		return nil
	})
	return records, cut, err
}

// endless is a file without end, such as a device.
type endless struct{}

func (endless) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestLogIsReadPieceByPiece: of a log without end no more is read than up to the first mistake.
func TestLogIsReadPieceByPiece(t *testing.T) {
	log := io.MultiReader(bytes.NewReader(sampleLog()), endless{})
	records := 0
	_, err := parseLog(log, func(record) error { records++; return nil })
	if err == nil || !strings.HasPrefix(err.Error(), "record 4 is damaged") || records != 3 {
		t.Errorf("%d records, %v", records, err)
	}
}

func TestLogRefusesEveryFlippedBit(t *testing.T) {
	log := sampleLog()
	if records, cut, err := readLog(log); err != nil || len(records) != 3 || cut != 0 {
		t.Fatalf("the sample: %d records, %d bytes cut, %v", len(records), cut, err)
	}
	for i := range len(log) * 8 {
		bad := slices.Clone(log)
		bad[i/8] ^= 1 << (i % 8)
		if records, cut, err := readLog(bad); err == nil {
			t.Errorf("bit %d of byte %d flipped: accepted, %d records, %d bytes cut", i%8, i/8, len(records), cut)
		}
	}
}

func TestLogCutAnywhereIsWholeRecordsOrRefused(t *testing.T) {
	log := sampleLog()
	for n := range log {
		records, cut, err := readLog(log[:n])
		switch header := len(logMagic); {
		case n < header && err == nil:
			t.Errorf("%d bytes, less than a header: accepted", n)
		case n >= header && (err != nil || len(records) != (n-header)/recordSize || cut != (n-header)%recordSize):
			t.Errorf("%d bytes: %d records, %d bytes cut, %v", n, len(records), cut, err)
		}
	}
}

// TestLogRefusesMoneyFromNowhere parses records with good checksums that no teller could write.
func TestLogRefusesMoneyFromNowhere(t *testing.T) {
	first := record{1, 0, 1, 50, 50, 150}
	for name, records := range map[string][]record{
		"nothing moved":            {{1, 0, 1, 0, 100, 100}},
		"a negative amount":        {{1, 0, 1, -50, 150, 50}},
		"an account to itself":     {{1, 1, 1, 50, 50, 100}},
		"a negative account":       {{1, -1, 1, 50, 50, 150}},
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
		log := []byte(logMagic)
		for _, r := range records {
			log = append(log, r.encode()...)
		}
		if _, _, err := readLog(log); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestAccountRefusesEveryFlippedBitAndEveryCut(t *testing.T) {
	for _, balance := range []int64{0, 1, 100, 1<<63 - 1} {
		data := encodeAccount(balance)
		if got, err := decodeAccount(data); err != nil || got != balance {
			t.Errorf("balance %d: read as %d, %v", balance, got, err)
		}
		for i := range len(data) * 8 {
			bad := slices.Clone(data)
			bad[i/8] ^= 1 << (i % 8)
			if got, err := decodeAccount(bad); err == nil {
				t.Errorf("balance %d, bit %d of byte %d flipped: read as %d", balance, i%8, i/8, got)
			}
		}
		for n := range data {
			if got, err := decodeAccount(data[:n]); err == nil {
				t.Errorf("balance %d, cut after %d bytes: read as %d", balance, n, got)
			}
		}
	}
}

// FuzzParseLog: whatever the bytes, there is no panic, what is accepted is what encode writes, and
// no account is ever below zero.
func FuzzParseLog(f *testing.F) {
	log := sampleLog()
	f.Add([]byte{})
	f.Add([]byte(logMagic))
	f.Add(log)
	f.Add(log[:len(log)-7])
	f.Add(bytes.ReplaceAll(log, []byte("50"), []byte("5 ")))
	f.Add([]byte(logMagic + strings.Repeat("\xff", 2*recordSize)))
	f.Fuzz(func(t *testing.T, data []byte) {
		records, cut, err := readLog(data)
		if err != nil {
			return
		}
		again := []byte(logMagic)
		for i, r := range records {
			if r.fromLeft < 0 || r.toLeft < 0 || r.amount <= 0 {
				t.Errorf("record %d is accepted: %+v", i+1, r)
			}
			again = append(again, r.encode()...)
		}
		if !bytes.Equal(again, data[:len(data)-cut]) {
			t.Errorf("%q was accepted as %q", data, again)
		}
	})
}

func FuzzDecodeAccount(f *testing.F) {
	f.Add(encodeAccount(0))
	f.Add(encodeAccount(1<<63 - 1))
	f.Add(encodeAccount(-60))
	f.Add([]byte(accountMagic))
	f.Fuzz(func(t *testing.T, data []byte) {
		balance, err := decodeAccount(data)
		if err == nil && (balance < 0 || !bytes.Equal(encodeAccount(balance), data)) {
			t.Errorf("%q was accepted as %d", data, balance)
		}
	})
}

// FuzzAnswer: whatever a teller sends to the owner, money is neither made nor lost, and no account
// falls below zero.
func FuzzAnswer(f *testing.F) {
	for _, line := range []string{
		"", "balances", "balances 1", "move", "move 0 1 50", "move 0 1 101", "move 1 0 -50", "move 0 0 1",
		"move 0 2 1", "move -1 0 1", "move 0 1 9223372036854775808", "move 0 1 50 1", "mov 0 1 50", "move  0  1  5",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		balances := []int64{100, 20}
		answer := answer(balances, line)
		if checkBalances(balances) != nil || balances[0]+balances[1] != 120 {
			t.Errorf("%q: the balances are %d", line, balances)
		}
		changed := fmt.Sprint(balances) != "[100 20]"
		if ok := strings.HasPrefix(answer, "ok"); changed && !ok || !ok && !strings.HasPrefix(answer, "no: ") {
			t.Errorf("%q: the answer is %q, the balances %d", line, answer, balances)
		}
	})
}
