package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"example.com/lockstep/examples/bank/ledger"
	"example.com/lockstep/examples/hello/lockstep"
)

func runFlock(f *lockstep.Flags)      { runStrategy("flock", f) }
func runCAS(f *lockstep.Flags)        { runStrategy("cas", f) }
func runOwner(f *lockstep.Flags)      { runStrategy("owner", f) }
func runOptimistic(f *lockstep.Flags) { runStrategy("optimistic", f) }
func runWAL(f *lockstep.Flags)        { runStrategy("wal", f) }

// runStrategy has tellers make deposits at the same time. A deposit moves 1 from the cash, account
// 0, to account 1; or, apart, each teller has two accounts of its own.
func runStrategy(name string, f *lockstep.Flags) {
	tellers := f.Number("tellers", 4, 1, 64, "how many teller processes")
	deposits := f.Number("deposits", 250, 1, 50_000, "how many deposits of 1 each makes")
	victim := f.Number("kill", 0, 0, 64, "kill this teller half way through; 0 is none")
	apart := f.Bool("apart", false, "each teller has accounts of its own")
	f.Parse()
	if *victim > *tellers {
		lockstep.Usage("-kill %d: there are only %d tellers", *victim, *tellers)
	}
	balances := []int64{int64(*tellers * *deposits), 0}
	if *apart {
		balances = slices.Repeat([]int64{int64(*deposits), 0}, *tellers)
	}
	opens := create(name, *tellers+1, balances) // the files, open once for each teller and for us
	l, err := ledger.Strategies[name].Open(opens[*tellers])
	lockstep.Check(err)
	team := make([]*lockstep.Process, *tellers)
	for i := range team {
		args := []any{name, 2 * i % len(balances)} // the teller's first account
		for _, file := range opens[i] {
			args = append(args, file)
		}
		team[i], err = lockstep.Start(fmt.Sprintf("teller %d", i+1), "teller", args...)
		lockstep.Check(err)
		for _, file := range opens[i] {
			file.Close() // open here, it would keep the lock of a teller that has died
		}
	}
	for _, p := range team {
		_, err := p.Answer() // it has opened the ledger
		lockstep.Check(err)
	}
	lockstep.Say("%d tellers have opened the accounts", *tellers)

	made := 0
	for i, p := range team {
		n := *deposits
		if i+1 == *victim {
			n /= 2
		}
		made += n
		balances[2*i%len(balances)] -= int64(n)
		balances[2*i%len(balances)+1] += int64(n)
		p.Allow(n)
	}
	var killed error
	for i, p := range team {
		_, err := p.Answer()
		lockstep.Check(err)
		if i+1 == *victim {
			killed = p.Kill()
		}
	}
	found, err := l.Balances()
	lockstep.Check(err)
	if !slices.Equal(found, balances) {
		lockstep.Check(fmt.Errorf("the balances are %d, want %d", found, balances))
	}
	lockstep.Say("%d tellers made %d deposits: cash %d, accounts %d", *tellers, made, *tellers**deposits-made, made)
	lockstep.Check(killed)
}

// create creates a ledger in files without names, and opens the files n times. An owner has no files:
// this process owns the balances, and in their place there are two pipes that lead to it.
func create(name string, n int, balances []int64) (opens [][]*os.File) {
	opens = make([][]*os.File, n)
	if s := ledger.Strategies[name]; s.Create != nil {
		for range s.Files {
			files, err := lockstep.UnnamedOpens(n, 0)
			lockstep.Check(err)
			for i, file := range files {
				opens[i] = append(opens[i], file)
			}
		}
		lockstep.Check(s.Create(opens[0], balances))
		return opens
	}
	conns := make([]io.ReadWriteCloser, n)
	for i := range opens {
		requests, ask, err := os.Pipe()
		lockstep.Check(err)
		hear, answers, err := os.Pipe()
		lockstep.Check(err)
		opens[i], conns[i] = []*os.File{hear, ask}, ledger.Pipes{From: requests, To: answers}
	}
	go ledger.Serve(slices.Clone(balances), conns...)
	return opens
}

// teller opens a ledger, and makes as many deposits as it is told.
func teller(args lockstep.Args) {
	var files []*os.File
	for i := range args[2:] {
		files = append(files, args.File(2+i))
	}
	l, err := ledger.Strategies[args[0]].Open(files)
	lockstep.Check(err)
	lockstep.Done("ready")
	n, err := strconv.Atoi(lockstep.Turn())
	lockstep.Check(err)
	from := args.Int(1)
	for range n {
		lockstep.Check(l.Move(from, from+1, 1))
	}
	retries := ""
	if r, ok := l.(interface{ Retries() int }); ok {
		retries = fmt.Sprintf(", %d retries", r.Retries())
	}
	lockstep.Say("%d deposits%s", n, retries)
	lockstep.Done("")
	lockstep.Turn() // the parent ends us, or kills us
}
