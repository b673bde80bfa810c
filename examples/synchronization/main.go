// Synchronization has processes wait for each other: for a lock, for a free place, for everybody's
// arrival, for a change.
//
// What goes wrong when it is done carelessly: a wake-up that nobody gets (lostwakeup), two processes
// that take one item (ifwait), a barrier that mixes its rounds (nogeneration), a circle of processes
// that wait for each other (circle), a lock that outlives its owner (ownerkilled).
//
// Usage:
//
//	synchronization [variant] [flags]
//
// Each variant is in the file of its name; synchronization -h lists them. Only circle is in
// philosophers.go. All use memory_linux.go, the memory that processes share, and processes.go, which
// starts them and waits for them. The locks are those of package psync; futex_linux.go is for the
// broken ones.
package main

import "example.com/lockstep/examples/hello/lockstep"

func main() { program().Main() }

func program() *lockstep.Program {
	p := lockstep.New("synchronization")
	p.Variant("mutex", "n processes add to one number, under a mutex in shared memory", runMutex)
	p.Variant("semaphore", "at most k processes are inside at once", runSemaphore)
	p.Variant("barrier", "n processes meet, round after round", runBarrier)
	p.Variant("readers", "readers share, a writer excludes", runReaders)
	p.Variant("buffer", "a bounded buffer: one mutex, two conditions", runBuffer)
	p.Variant("philosophers", "n processes need two of n forks each", runPhilosophers)
	p.Variant("once", "a start signal, and a set-up that one of them does", runOnce)
	p.Variant("promises", "psync, sync and file locks, and what each promises", runPromises)
	p.Variant("goroutines", "the same in one process, with sync and x/sync", runGoroutines)
	p.Variant("lostwakeup", "broken: the change falls between the look and the sleep", runLostWakeup)
	p.Variant("ifwait", "broken: if instead of for around a condition", runIfWait)
	p.Variant("nogeneration", "broken: a barrier that is only a counter, used twice", runNoGeneration)
	p.Variant("circle", "broken: each philosopher takes the left fork first", runCircle)
	p.Variant("stranger", "broken: somebody else unlocks", runStranger)
	p.Variant("ownerkilled", "broken: the owner of a lock is killed", runOwnerKilled)
	p.Variant("posixtrap", "broken: closing a file drops the lock on it", runPosixTrap)

	p.Role("adder", adder)
	p.Role("half-adder", halfAdder)
	p.Role("entrant", entrant)
	p.Role("party", party)
	p.Role("reader", reader)
	p.Role("writer", writer)
	p.Role("producer", producer)
	p.Role("consumer", consumer)
	p.Role("philosopher", philosopher)
	p.Role("left-first", leftFirst)
	p.Role("starter", starter)
	p.Role("half-starter", halfStarter)
	p.Role("locker", locker)
	p.Role("sleeper", sleeper)
	p.Role("taker", taker)
	p.Role("counted", counted)
	p.Role("user", user)
	p.Role("bare", bare)
	p.Role("owner", owner)
	p.Role("prober", prober)
	return p
}
