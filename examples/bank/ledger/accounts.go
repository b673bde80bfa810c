package ledger

import (
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"strconv"
)

// The accounts are lines of text of one size, so that a new balance is written over the old one.
// Each has a checksum: a line that was cut or damaged is no balance.
const accountsMagic = "lockstep accounts 1\n"

var (
	castagnoli  = crc32.MakeTable(crc32.Castagnoli)
	accountSize = int64(len(encodeAccount(0, 0)))
)

func encodeAccount(n int, balance int64) []byte {
	text := fmt.Sprintf("account %05d has %019d", n, balance)
	return fmt.Appendf(nil, "%s %08x\n", text, crc32.Checksum([]byte(text), castagnoli))
}

// decodeAccount takes exactly what encodeAccount makes of a balance that is not below zero.
func decodeAccount(n int, line []byte) (balance int64, err error) {
	const digits = len("account 00000 has ")
	if len(line) == int(accountSize) {
		balance, err = strconv.ParseInt(string(line[digits:digits+19]), 10, 64)
	}
	if err != nil || balance < 0 || string(line) != string(encodeAccount(n, balance)) {
		return 0, damaged("account %d: %q does not fit its checksum", n, line)
	}
	return balance, nil
}

// accounts is a file of n accounts.
type accounts struct {
	file File
	n    int
}

func createAccounts(f File, balances []int64) error {
	if err := checkBalances(balances); err != nil {
		return err
	}
	data := []byte(accountsMagic)
	for n, balance := range balances {
		data = append(data, encodeAccount(n, balance)...)
	}
	return createFile(f, data)
}

// openAccounts looks at the file's head and size, not yet at the balances.
func openAccounts(f File) (accounts, error) {
	head := make([]byte, len(accountsMagic))
	if _, err := f.ReadAt(head, 0); err != nil && err != io.EOF {
		return accounts{}, err
	}
	if string(head) != accountsMagic {
		return accounts{}, damaged("it does not begin with %q", accountsMagic)
	}
	info, err := f.Stat()
	if err != nil {
		return accounts{}, err
	}
	lines := info.Size() - int64(len(accountsMagic))
	if lines <= 0 || lines%accountSize != 0 || lines/accountSize > maxAccounts {
		return accounts{}, damaged("its accounts have %d bytes, and one has %d", lines, accountSize)
	}
	return accounts{f, int(lines / accountSize)}, nil
}

func (a accounts) offset(n int) int64 { return int64(len(accountsMagic)) + int64(n)*accountSize }

func (a accounts) read(n int) (balance int64, err error) {
	line := make([]byte, accountSize)
	if _, err := a.file.ReadAt(line, a.offset(n)); err != nil {
		return 0, err
	}
	return decodeAccount(n, line)
}

func (a accounts) write(n int, balance int64) error {
	_, err := a.file.WriteAt(encodeAccount(n, balance), a.offset(n))
	return err
}

// readAll reads all balances, except those that are known already.
func (a accounts) readAll(known map[int]int64) (balances []int64, err error) {
	lines := io.NewSectionReader(a.file, a.offset(0), math.MaxInt64-a.offset(0))
	line := make([]byte, accountSize)
	for n := range a.n {
		if _, err := io.ReadFull(lines, line); err != nil {
			return nil, err
		}
		balance, ok := known[n]
		if !ok {
			if balance, err = decodeAccount(n, line); err != nil {
				return nil, err
			}
		}
		balances = append(balances, balance)
	}
	if err := checkBalances(balances); err != nil {
		return nil, damaged("%w", err)
	}
	return balances, nil
}
