// Bank lets several tellers change the same balances, as processes that share nothing but a file,
// a piece of mapped memory or a socket.
//
// What goes wrong when it is done carelessly: deposits vanish (lostupdate, race), an account is
// drawn on twice (overdraw), tellers wait for each other for ever (deadlock), a banknote is handed
// out twice (aba), and a crash in the middle of a transfer swallows it (halfway). Five strategies
// keep the money together, and they keep the same contract: contract_test.go.
//
// Usage:
//
//	bank [variant] [flags]
//
// Each variant is in the file of its name; bank -h lists them. They share:
//
//	ledger.go                    what a strategy promises, and the table of the five
//	account.go log.go mapped.go  the files the money is in
//	branch.go work.go            a ledger, its tellers, and their work
//	folder.go                    a temporary folder that outlives nobody
//	teller.go orders.go          a child that takes one step for each line: the parent's end, its own
package main

import "os"

var variants = []variant{
	{"all", "every strategy below does the same work, one after the other", runAll},
	{"flock", "a lock on each account's file, which the kernel keeps", strategyVariant("flock")},
	{"cas", "compare-and-swap on a word of mapped memory", strategyVariant("cas")},
	{"owner", "one process owns the balances, tellers send it messages", strategyVariant("owner")},
	{"optimistic", "read freely, write if no version has changed", strategyVariant("optimistic")},
	{"wal", "a write-ahead log, synced to disk before a balance changes", strategyVariant("wal")},
	{"lostupdate", "broken: two deposits in every order; four of six lose one", runLostUpdate},
	{"overdraw", "broken: check, then act; two tellers pay out the same money", runOverdraw},
	{"deadlock", "broken: two tellers lock two accounts in opposite order", runDeadlock},
	{"ordered", "the same two transfers, locking the lower number first", runOrdered},
	{"aba", "broken: a drawer that has changed passes for the same", runABA},
	{"tagged", "the same drawer with a version beside the value", runTagged},
	{"halfway", "broken: a teller dies between debit and credit", runHalfway},
	{"crash", "a teller dies at each step of a transfer; the log repairs it", runCrash},
	{"recover", "repair the accounts in a folder by their log", runRecover},
	{"race", "broken: the lost deposit, in two goroutines", runRace},
	{"goroutines", "goroutines and one mutex", runGoroutines},
	{"exercise", "the exercise's solution: three tellers, 90 schedules", runExercise},

	{"keeper", "", keeperRole},
	{"teller", "", tellerRole},
	{"owner-process", "", ownerRole},
	{"depositor", "", depositorRole},
	{"withdrawer", "", withdrawerRole},
	{"locker", "", lockerRole},
	{"drawer-aba", "", drawerRole("aba")},
	{"drawer-tagged", "", drawerRole("tagged")},
	{"transferrer-flock", "", transferrerRole("flock")},
	{"transferrer-cas", "", transferrerRole("cas")},
	{"transferrer-optimistic", "", transferrerRole("optimistic")},
	{"transferrer-wal", "", transferrerRole("wal")},
}

func main() { os.Exit(dispatch("bank", variants, os.Args[1:])) }
