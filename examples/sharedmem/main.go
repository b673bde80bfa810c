// Sharedmem lets several processes use one piece of memory: what one stores, the others load, and
// nothing is copied or sent.
//
// What goes wrong when it is done carelessly: updates are lost (lostcount), records are read half
// old and half new (torn), a flag is seen before what it announces (unpublished), and the memory
// is taken away under a reader (sigbus) or stays behind when everybody is gone (leftname).
//
// Usage:
//
//	sharedmem [variant] [flags]
//
// Each variant is in the file of its name; sharedmem -h lists them.
package main

import "os"

var variants = append([]variant{
	{"array", "n processes square one array, each its own part", runArray},
	{"file", "memory with a file behind it, which outlives the processes", runFile},
	{"devshm", "memory with a name in /dev/shm, unlinked as soon as both have it", runDevshm},
	{"leftname", "broken: a name in /dev/shm whose owner was killed", runLeftname},
	{"seals", "memory that can be neither written nor resized any more", runSeals},
	{"arena", "a list linked by offsets, good at any address", runArena},
	{"lostcount", "broken: two processes count without an atomic, and lose updates", runLostcount},
	{"count", "two processes count with an atomic, at full speed", runCount},
	{"unseen", "broken: a data race in a mapping, which -race does not see", runUnseen},
	{"torn", "broken: a record read while it is half written", runTorn},
	{"seqlock", "the same record behind a sequence number: the reader retries", runSeqlock},
	{"unpublished", "broken: the flag is set before the value it announces", runUnpublished},
	{"publish", "the value first, then the flag, atomically", runPublish},
	{"ring", "messages through a ring in shared memory, nothing copied", runRing},
	{"pipe", "the same messages through a pipe", runPipe},
	{"sigbus", "broken: the file is truncated under a reader", runSigbus},
	{"guarded", "the same reader, protected: an error instead of its death", runGuarded},
	{"goroutines", "the array again, in one process", runGoroutines},
	{"exercise", "the exercise's solution: processes take the next chunk", runExercise},
}, roles...)

func main() { os.Exit(dispatch("sharedmem", variants, os.Args[1:])) }
