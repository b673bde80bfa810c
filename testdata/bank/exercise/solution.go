//go:build unix

package main

import "syscall"

// Deposit locks the account's file before it reads, and unlocks it after it has written. The kernel keeps the lock for
// the open file, so it is free when the process that has it dies.
func Deposit(account *Account, amount int) error {
	fd := int(account.File.Fd())
	for {
		err := syscall.Flock(fd, syscall.LOCK_EX)
		if err == nil {
			break
		}
		if err != syscall.EINTR { // not just a signal: give up
			return err
		}
	}
	defer syscall.Flock(fd, syscall.LOCK_UN)
	balance, err := account.Read()
	if err != nil {
		return err
	}
	return account.Write(balance + amount)
}
