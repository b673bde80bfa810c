//go:build unix

package main

import (
	"io"
	"syscall"
)

// Deposit locks the bytes that it reads and writes, with a lock that belongs to the process.
func Deposit(account *Account, amount int) error {
	for {
		err := lock(account, syscall.F_WRLCK)
		if err == nil {
			break
		}
		if err != syscall.EINTR {
			return err
		}
	}
	defer lock(account, syscall.F_UNLCK)
	balance, err := account.Read()
	if err != nil {
		return err
	}
	return account.Write(balance + amount)
}

func lock(account *Account, kind int16) error {
	bytes := syscall.Flock_t{Type: kind, Whence: io.SeekStart, Start: 0, Len: 20}
	return syscall.FcntlFlock(account.File.Fd(), syscall.F_SETLKW, &bytes)
}
