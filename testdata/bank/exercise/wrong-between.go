// want: deposits are lost
package main

import "syscall"

func Deposit(account *Account, amount int) error {
	lock(account, syscall.LOCK_EX)
	balance, err := account.Read()
	lock(account, syscall.LOCK_UN) // between the two, anybody may write
	if err != nil {
		return err
	}
	lock(account, syscall.LOCK_EX)
	defer lock(account, syscall.LOCK_UN)
	return account.Write(balance + amount)
}

func lock(account *Account, how int) {
	for syscall.Flock(int(account.File.Fd()), how) == syscall.EINTR {
	}
}
