// want: deposits are lost
package main

import "sync"

var mu sync.Mutex // each process has one of its own

func Deposit(account *Account, amount int) error {
	mu.Lock()
	defer mu.Unlock()
	balance, err := account.Read()
	if err != nil {
		return err
	}
	return account.Write(balance + amount)
}
