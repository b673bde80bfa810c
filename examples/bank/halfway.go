package main

import (
	"example.com/lockstep/examples/bank/ledger"
	"example.com/lockstep/examples/hello/lockstep"
)

// runHalfway kills a teller who has locked the accounts and debited one. The kernel frees the lock.
// Nothing remembers the transfer.
func runHalfway(f *lockstep.Flags) {
	f.Parse()
	accounts, err := lockstep.UnnamedOpens(2, 0)
	lockstep.Check(err)
	lockstep.Check(ledger.CreateFlock(accounts[0], []int64{100, 100}))
	killAt("debited", lockstep.Say, "flock", accounts[1])
	l, err := ledger.OpenFlock(accounts[0])
	lockstep.Check(err)
	left, err := l.Balances()
	lockstep.Check(err)
	lockstep.Say("accounts %d and %d: of 200, %d are gone", left[0], left[1], 200-left[0]-left[1])
}
