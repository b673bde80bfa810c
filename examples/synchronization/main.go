// Synchronization has processes wait for each other: for a lock, for a free place, for everybody's
// arrival, for a change.
//
// What goes wrong when it is done carelessly: a lost update (nolock), a wake-up that nobody gets
// (lostwakeup), two who take one item (ifwait), a barrier that mixes its rounds (nogeneration), a
// circle of locks (lockorder, philosophers), a lock that outlives its holder (holderkilled).
//
// Usage:
//
//	synchronization [variant] [flags]
//
// Each variant is in the file of its name; synchronization -h lists them.
package main

import "os"

var variants = []variant{
	{"mutex", "n processes add to one number, under a mutex in shared memory", runMutex},
	{"semaphore", "at most k processes are inside at once", runSemaphore},
	{"barrier", "n processes meet, round after round", runBarrier},
	{"readers", "readers share, a writer excludes", runReaders},
	{"buffer", "a bounded buffer: one mutex, two conditions", runBuffer},
	{"philosophers", "n processes need two of n forks each", runPhilosophers},
	{"turnstile", "a mutex that is locked only to be unlocked", runTurnstile},
	{"once", "a start signal, and a set-up that one of them does", runOnce},
	{"twins", "psync, sync and file locks, and what each promises", runTwins},
	{"goroutines", "the same in one process, with sync and x/sync", runGoroutines},
	{"nolock", "broken: no lock, a lost update", runNoLock},
	{"lostwakeup", "broken: the change falls between the look and the sleep", runLostWakeup},
	{"ifwait", "broken: if instead of for around a condition", runIfWait},
	{"nogeneration", "broken: a barrier that is only a counter, used twice", runNoGeneration},
	{"lockorder", "broken: two locks, two orders", runLockOrder},
	{"stranger", "broken: somebody else unlocks", runStranger},
	{"holderkilled", "broken: the holder of a lock is killed", runHolderKilled},
	{"posixtrap", "broken: closing a file drops the lock on it", runPosixTrap},
	{"exercise", "the exercise's solution: a barrier with a replacement", runExercise},

	{"mutex-child", "", mutexChild},
	{"semaphore-child", "", semaphoreChild},
	{"barrier-child", "", barrierChild},
	{"reader-child", "", readerChild},
	{"writer-child", "", writerChild},
	{"buffer-child", "", bufferChild},
	{"philosopher-child", "", philosopherChild},
	{"naive-child", "", naiveChild},
	{"turnstile-child", "", turnstileChild},
	{"once-child", "", onceChild},
	{"nolock-child", "", noLockChild},
	{"sleeper-child", "", sleeperChild},
	{"ifwait-child", "", ifWaitChild},
	{"nogeneration-child", "", noGenerationChild},
	{"lockorder-child", "", lockOrderChild},
	{"stranger-child", "", strangerChild},
	{"bare-child", "", bareChild},
	{"owned-child", "", ownedChild},
	{"probe-child", "", probeChild},
	{"twin-child", "", twinChild},
	{"exercise-child", "", exerciseChild},
}

func main() { os.Exit(dispatch("synchronization", variants, os.Args[1:])) }
