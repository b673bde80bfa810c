// Bank lets several tellers change the same balances, as processes that share nothing but a file, a
// piece of mapped memory or a pipe.
//
// What goes wrong when it is done carelessly: deposits vanish (lostupdate, race), an account is
// overdrawn (overdraw), tellers wait for each other for ever (deadlock), a banknote is handed out
// twice (aba), and a crash in the middle of a transfer swallows it (halfway). Five strategies keep
// the money together. They are in package ledger, and all keep the same contract.
//
// Usage:
//
//	bank [variant] [flags]
//
// A variant is in the file of its name, and bank -h lists them. Only these share one:
//
//	locked_unix.go     locked
//	strategies.go      flock, cas, owner, optimistic, wal
//	deadlock_linux.go  deadlock, ordered
//	aba.go             aba, tagged
//	crash.go           crash, halfway
package main

import "example.com/lockstep/examples/hello/lockstep"

func main() { program().Main() }

func program() *lockstep.Program {
	p := lockstep.New("bank")
	p.Variant("lostupdate", "broken: two deposits in every order; four of six lose one", runLostUpdate)
	p.Variant("locked", "two tellers, 10,000 deposits each, under a lock", runLocked)
	p.Variant("flock", "a lock on the accounts' file, which the kernel keeps", runFlock)
	p.Variant("cas", "compare-and-swap on a word of mapped memory", runCAS)
	p.Variant("owner", "one process owns the balances, tellers send it messages", runOwner)
	p.Variant("optimistic", "read freely, write if no version has changed", runOptimistic)
	p.Variant("wal", "a write-ahead log, synced to disk before a balance changes", runWAL)
	p.Variant("overdraw", "broken: check, then act; two tellers pay out the same money", runOverdraw)
	p.Variant("deadlock", "broken: two tellers lock two accounts in opposite order", runDeadlock)
	p.Variant("ordered", "the same two tellers, locking the lower number first", runOrdered)
	p.Variant("aba", "broken: a drawer that has changed passes for the same", runABA)
	p.Variant("tagged", "the same drawer with a version beside the value", runTagged)
	p.Variant("halfway", "broken: a teller dies between debit and credit", runHalfway)
	p.Variant("crash", "a teller dies at each step of a transfer; the log repairs it", runCrash)
	p.Variant("recover", "repair the accounts in a folder by their log", runRecover)
	p.Variant("race", "broken: the lost deposit, in two goroutines", runRace)
	p.Variant("goroutines", "goroutines and one mutex", runGoroutines)

	p.Role("depositor", depositor)
	p.Role("careful", careful)
	p.Role("teller", teller)
	p.Role("withdrawer", withdrawer)
	p.Role("locker", locker)
	p.Role("holder", holder)
	p.Role("transferrer", transferrer)
	return p
}
