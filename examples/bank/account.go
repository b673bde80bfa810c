package main

import (
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
)

// An account is a file of two lines: what it is, then the balance and a checksum. It always has
// the same size, so that a new balance is written over the old one.
type account struct{ file *os.File }

const accountMagic = "lockstep account 1\n"

var (
	castagnoli  = crc32.MakeTable(crc32.Castagnoli)
	accountSize = len(encodeAccount(0))
)

func encodeAccount(balance int64) []byte {
	text := fmt.Sprintf("%s%020d", accountMagic, balance)
	return fmt.Appendf(nil, "%s %08x\n", text, crc32.Checksum([]byte(text), castagnoli))
}

// decodeAccount takes exactly what encodeAccount makes of a balance that is not below zero.
func decodeAccount(data []byte) (int64, error) {
	var balance int64
	var sum uint32
	if len(data) != accountSize {
		return 0, fmt.Errorf("%d bytes long, an account has %d", len(data), accountSize)
	}
	if string(data[:len(accountMagic)]) != accountMagic {
		return 0, fmt.Errorf("not an account: it begins with %q", data[:len(accountMagic)])
	}
	_, err := fmt.Sscanf(string(data[len(accountMagic):]), "%d %x\n", &balance, &sum)
	if err != nil || string(encodeAccount(balance)) != string(data) {
		return 0, fmt.Errorf("damaged: the balance %q does not fit its checksum",
			data[len(accountMagic):len(data)-1])
	}
	if balance < 0 {
		return 0, fmt.Errorf("balance %d is below zero", balance)
	}
	return balance, nil
}

func (a account) read() (int64, error) {
	data := make([]byte, accountSize+1) // one more, to notice a file that is too long
	n, err := a.file.ReadAt(data, 0)
	if err != nil && err != io.EOF {
		return 0, err
	}
	balance, err := decodeAccount(data[:n])
	if err != nil {
		return 0, fmt.Errorf("%s: %w", filepath.Base(a.file.Name()), err)
	}
	return balance, nil
}

func (a account) write(balance int64) error {
	_, err := a.file.WriteAt(encodeAccount(balance), 0)
	return err
}

func accountName(dir string, n int) string {
	return filepath.Join(dir, fmt.Sprintf("account-%d", n))
}

// createAccounts writes a file for each balance.
func createAccounts(dir string, balances []int64) error {
	if err := checkBalances(balances); err != nil {
		return err
	}
	for n, balance := range balances {
		if err := writeNew(accountName(dir, n), encodeAccount(balance)); err != nil {
			return err
		}
	}
	return nil
}

// writeNew writes a file that must not exist yet, down to the disk.
func writeNew(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Sync()
}

// openAccounts opens the accounts 0, 1, 2 and so on for as long as there is a file.
func openAccounts(dir string) ([]account, error) {
	var accounts []account
	for {
		f, err := os.OpenFile(accountName(dir, len(accounts)), os.O_RDWR, 0)
		if os.IsNotExist(err) && len(accounts) > 0 {
			return accounts, nil
		}
		if err != nil {
			closeAccounts(accounts)
			return nil, err
		}
		accounts = append(accounts, account{f})
	}
}

func closeAccounts(accounts []account) error {
	var first error
	for _, a := range accounts {
		if err := a.file.Close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}
