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

// How far a transfer comes, with a write-ahead log and without.
var (
	walSteps   = []string{"locked", "half logged", "logged", "synced", "debited", "credited"}
	flockSteps = []string{"locked", "debited", "credited"}
)

// killAt starts a teller who transfers 50, and kills it when it has come as far as the step.
func killAt(step string, say func(string, ...any), strategy string, files ...*os.File) {
	args := []any{strategy}
	for _, f := range files {
		args = append(args, f)
	}
	teller, err := lockstep.Start("teller 1", "transferrer", args...)
	lockstep.Check(err)
	for _, f := range files {
		f.Close() // open here, it would keep the lock of the dead teller
	}
	for did := ""; did != step; {
		did, err = teller.Step()
		lockstep.Check(err)
		say("[%s] %s", teller.Name, did)
	}
	say("%v", teller.Kill())
}

// transferrer moves 50 from account 0 to 1, in a ledger whose files wait for their turn.
func transferrer(args lockstep.Args) {
	steps, moving := flockSteps, false
	turn := func() {
		if moving {
			lockstep.Done("%s", steps[0])
			steps = steps[1:]
			lockstep.Turn()
		}
	}
	var l ledger.Ledger
	var err error
	if args[0] == "flock" {
		l, err = ledger.OpenFlock(stepFile{args.File(1), turn, false})
	} else {
		steps = walSteps
		l, err = ledger.OpenWAL(stepFile{args.File(1), turn, true}, stepFile{args.File(2), turn, false})
	}
	lockstep.Check(err)
	lockstep.Turn()
	moving = true
	lockstep.Check(l.Move(0, 1, 50))
	turn()
}

// A stepFile waits for its turn before each write and sync.
type stepFile struct {
	*os.File
	turn func()
	torn bool // each write is two, so that a teller can be killed in between
}

func (f stepFile) WriteAt(data []byte, offset int64) (n int, err error) {
	f.turn()
	if f.torn {
		if n, err = f.File.WriteAt(data[:len(data)/2], offset); err != nil {
			return n, err
		}
		f.turn()
	}
	m, err := f.File.WriteAt(data[n:], offset+int64(n))
	return n + m, err
}

func (f stepFile) Sync() error {
	f.turn()
	return f.File.Sync()
}
