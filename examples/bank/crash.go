package main

import (
	"os"
	"path/filepath"

	"example.com/lockstep/examples/bank/ledger"
	"example.com/lockstep/examples/hello/lockstep"
)

// runCrash kills a teller at each step of a transfer of 50 between two accounts of 100, and shows
// what is in the accounts then, and what the next who takes the lock makes of it.
func runCrash(f *lockstep.Flags) {
	step := f.Choice("step", "", "kill the teller at this `step` only", walSteps...)
	dir := f.String("dir", "", "leave the accounts and the log unrepaired in this new `folder`; needs a -step")
	f.Parse()
	if *dir != "" {
		if *step == "" {
			lockstep.Usage("-dir needs a -step")
		}
		lockstep.Check(os.Mkdir(*dir, 0o700))
		log, err := os.Create(filepath.Join(*dir, "log"))
		lockstep.Check(err)
		accounts, err := os.Create(filepath.Join(*dir, "accounts"))
		lockstep.Check(err)
		lockstep.Check(ledger.CreateWAL(log, accounts, []int64{100, 100}))
		killAt(*step, lockstep.Say, "wal", log, accounts)
		return
	}
	steps := walSteps
	if *step != "" {
		steps = []string{*step}
	}
	for _, s := range steps {
		log, err := lockstep.UnnamedOpens(2, 0)
		lockstep.Check(err)
		accounts, err := lockstep.UnnamedOpens(2, 0)
		lockstep.Check(err)
		lockstep.Check(ledger.CreateWAL(log[0], accounts[0], []int64{100, 100}))
		killAt(s, func(string, ...any) {}, "wal", log[1], accounts[1])

		flock, err := ledger.OpenFlock(accounts[0]) // the same file, but nobody looks into the log
		lockstep.Check(err)
		left, err := flock.Balances()
		lockstep.Check(err)
		wal, err := ledger.OpenWAL(log[0], accounts[0])
		lockstep.Check(err)
		repaired, err := wal.Balances()
		lockstep.Check(err)
		lockstep.Say("killed when %-12s accounts %3d and %3d, repaired %3d and %3d",
			s+":", left[0], left[1], repaired[0], repaired[1])
	}
}
