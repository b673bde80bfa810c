package main

import (
	"example.com/lockstep/examples/bank/ledger"
	"example.com/lockstep/examples/hello/lockstep"
)

// runOverdraw lets two tellers withdraw 80 from a balance of 100. Both check before either acts.
func runOverdraw(f *lockstep.Flags) {
	fixed := f.Bool("fixed", false, "check and act in one step, by compare-and-swap")
	f.Parse()
	file, err := lockstep.Unnamed(0)
	lockstep.Check(err)
	lockstep.Check(ledger.CreateWords(file, []int64{100}))
	words, _, err := ledger.OpenWords(file)
	lockstep.Check(err)
	a, err := lockstep.Start("teller A", "withdrawer", *fixed, file)
	lockstep.Check(err)
	b, err := lockstep.Start("teller B", "withdrawer", *fixed, file)
	lockstep.Check(err)
	for _, next := range []*lockstep.Process{a, b, a, b} {
		did, err := next.Step()
		lockstep.Check(err)
		lockstep.Say("[%s] %s", next.Name, did)
	}
	lockstep.Say("balance %d", words[0].Load())
}

func withdrawer(args lockstep.Args) {
	words, _, err := ledger.OpenWords(args.File(1))
	lockstep.Check(err)
	balance := turnWord{&words[0]}
	if args[0] == "true" {
		withdrawChecked(balance, 80)
	} else {
		withdrawUnchecked(balance, 80)
	}
	lockstep.Turn() // there is no more to do; the parent ends us
}

// withdrawUnchecked takes an amount from a balance if that has enough, and returns whether it has taken it.
func withdrawUnchecked(balance interface {
	Load() int64
	Add(int64) int64
}, amount int64) bool {
	if balance.Load() < amount {
		return false
	}
	balance.Add(-amount) // NOTE: incorrect: it may have changed since the check
	return true
}

// withdrawChecked takes an amount from a balance if that has enough, and returns whether it has taken it.
func withdrawChecked(balance interface {
	Load() int64
	CompareAndSwap(old, new int64) bool
}, amount int64) bool {
	for {
		have := balance.Load()
		if have < amount {
			return false
		}
		if balance.CompareAndSwap(have, have-amount) { // the check still holds, or nothing is swapped
			return true
		}
	}
}

// A turnWord waits for its turn before it is used, and tells the parent what happened to it.
type turnWord struct{ *ledger.Word }

func (w turnWord) Load() int64 {
	lockstep.Turn()
	have := w.Word.Load()
	lockstep.Done("sees %d", have)
	return have
}

func (w turnWord) Add(delta int64) int64 {
	lockstep.Turn()
	left := w.Word.Add(delta)
	lockstep.Done("pays out %d, which leaves %d", -delta, left)
	return left
}

func (w turnWord) CompareAndSwap(old, left int64) bool {
	lockstep.Turn()
	swapped := w.Word.CompareAndSwap(old, left)
	if swapped {
		lockstep.Done("pays out %d, which leaves %d", old-left, left)
	} else {
		lockstep.Done("wants to pay out %d, but only %d are left", old-left, w.Word.Load())
	}
	return swapped
}
