// want: it did not end
package main

import "syscall"

func Deposit(account *Account, amount int) error {
	for syscall.Flock(int(account.File.Fd()), syscall.LOCK_EX) == syscall.EINTR {
	}
	balance, err := account.Read()
	if err != nil {
		return err
	}
	if err := account.Write(balance + amount); err != nil {
		return err
	}
	select {} // it keeps the lock, and itself
}
