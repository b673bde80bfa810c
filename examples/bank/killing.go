package main

import (
	"os"

	"example.com/lockstep/examples/bank/ledger"
	"example.com/lockstep/examples/hello/lockstep"
)

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
