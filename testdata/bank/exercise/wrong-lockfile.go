// want: it did not end
package main

import (
	"os"
	"time"
)

func Deposit(account *Account, amount int) error {
	for {
		f, err := os.OpenFile("lock", os.O_CREATE|os.O_EXCL, 0o600) // who dies leaves it behind
		if err == nil {
			f.Close()
			break
		}
		if !os.IsExist(err) {
			return err
		}
		time.Sleep(time.Millisecond)
	}
	defer os.Remove("lock")
	balance, err := account.Read()
	if err != nil {
		return err
	}
	return account.Write(balance + amount)
}
