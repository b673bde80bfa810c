package main

import (
	"os"
	"path/filepath"

	"example.com/lockstep/examples/bank/ledger"
	"example.com/lockstep/examples/hello/lockstep"
)

// runRecover repairs the accounts in a folder after a crash: see crash -dir.
func runRecover(f *lockstep.Flags) {
	dir := f.String("dir", "", "the `folder` with the accounts and their log")
	f.Parse()
	if *dir == "" {
		lockstep.Usage("-dir is missing: name the folder with the accounts and their log")
	}
	log, err := os.OpenFile(filepath.Join(*dir, "log"), os.O_RDWR, 0)
	lockstep.Check(err)
	accounts, err := os.OpenFile(filepath.Join(*dir, "accounts"), os.O_RDWR, 0)
	lockstep.Check(err)
	l, err := ledger.OpenWAL(log, accounts)
	lockstep.Check(err)
	balances, err := l.Balances()
	lockstep.Check(err)

	did, sum := l.Recovery(), int64(0)
	lockstep.Say("records in the log: %d", did.Records)
	if did.Cut > 0 {
		lockstep.Say("cut off: %d bytes of a record; that transfer has not happened", did.Cut)
	}
	for i, b := range balances {
		lockstep.Say("account %d: %d", i, b)
		sum += b
	}
	lockstep.Say("sum %d", sum)
}
