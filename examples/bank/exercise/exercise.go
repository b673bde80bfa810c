// Exercise: a deposit that cannot get lost.
//
//	go run ./examples/bank/exercise     shows what your program does
//	go test ./examples/bank/exercise    says whether it is right
package main

// Deposit adds an amount to the balance of an account, while other processes do the same. No deposit may get lost,
// whatever the order of their steps. And if a process dies in the middle of a deposit, the others must be able to go on.
func Deposit(account *Account, amount int) error {
	return errNotBegun // write your program here
}
