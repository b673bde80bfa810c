// want: deposits are lost
package main

import "syscall"

func Deposit(account *Account, amount int) error {
	balance, err := account.Read() // too early: the lock guards the write only
	if err != nil {
		return err
	}
	fd := int(account.File.Fd())
	for syscall.Flock(fd, syscall.LOCK_EX) == syscall.EINTR {
	}
	defer syscall.Flock(fd, syscall.LOCK_UN)
	return account.Write(balance + amount)
}
