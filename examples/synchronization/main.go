// Synchronization has processes wait for each other: for a lock, for a free place, for everybody's
// arrival, for a change.
//
// What goes wrong when it is done carelessly: a wake-up that nobody gets (lostwakeup), two processes
// that take one item (ifwait), a barrier that mixes its rounds (nogeneration), a circle of processes
// that wait for each other (philosophers), a lock that outlives its owner (ownerkilled).
//
// Usage:
//
//	synchronization [variant] [flags]
//
// Each variant is in the file of its name; synchronization -h lists them. All use memory_linux.go, the
// memory that processes share and the kernel's way to sleep on it, and processes.go, which starts
// processes and waits for them. The locks are those of package psync.
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
	p.Variant("once", "a start signal, and a set-up that one of them does", runOnce)
	p.Variant("promises", "psync, sync and file locks, and what each promises", runPromises)
	p.Variant("lostwakeup", "broken: the change falls between the look and the sleep", runLostWakeup)
	p.Variant("ifwait", "broken: if instead of for around a condition", runIfWait)
	p.Variant("nogeneration", "broken: a barrier that is only a counter, used twice", runNoGeneration)
	p.Variant("philosophers", "broken: each of n processes takes its left fork first, then its right one", runPhilosophers)
	p.Variant("ownerkilled", "broken: the owner of a lock is killed", runOwnerKilled)

	p.Role("adder", adder)
	p.Role("half-adder", halfAdder)
	p.Role("entrant", entrant)
	p.Role("party", party)
	p.Role("reader", reader)
	p.Role("writer", writer)
	p.Role("producer", producer)
	p.Role("consumer", consumer)
	p.Role("philosopher", philosopher)
	p.Role("starter", starter)
	p.Role("half-starter", halfStarter)
	p.Role("locker", locker)
	p.Role("sleeper", sleeper)
	p.Role("taker", taker)
	p.Role("counted", counted)
	p.Role("bare", bare)
	p.Role("owner", owner)
	return p
}
