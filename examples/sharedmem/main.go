//go:build unix

// Sharedmem lets several processes use one piece of memory: what one stores, the others load, and
// nothing is copied or sent.
//
// What goes wrong when it is done carelessly: updates are lost (lostcount), records are read half
// old and half new (torn), a flag is seen before what it announces (unpublished), and the memory
// is taken away under a reader (sigbus) or stays behind when everybody is gone (devshm).
//
// Usage:
//
//	sharedmem [variant] [flags]
//
// Each variant is in the file of its name; sharedmem -h lists them. memory.go makes and maps what
// is shared, and makes loads and stores wait for their turn.
package main

import "example.com/lockstep/examples/hello/lockstep"

func main() { program().Main() }

func program() *lockstep.Program {
	p := lockstep.New("sharedmem")
	p.Variant("array", "n processes square one array, each its own part", runArray)
	p.Variant("lostcount", "broken: two processes count without an atomic, and lose one", runLostcount)
	p.Variant("count", "processes count with an atomic, at full speed", runCount)
	p.Variant("unseen", "broken: a data race in a mapping, which -race does not see", runUnseen)
	p.Variant("torn", "broken: a record read while it is half written", runTorn)
	p.Variant("seqlock", "the same record behind a sequence number: the reader tries again", runSeqlock)
	p.Variant("unpublished", "broken: the flag is set before the value it announces", runUnpublished)
	p.Variant("ring", "messages through a ring in shared memory, nothing copied", runRing)
	p.Variant("sigbus", "broken: the file is truncated under a reader", runSigbus)
	p.Variant("seals", "memory that can be neither written nor resized any more (Linux)", runSeals)
	p.Variant("file", "memory with a file behind it, which outlives the processes", runFile)
	p.Variant("devshm", "broken: a name in /dev/shm whose owner was killed (Linux)", runDevshm)
	p.Variant("arena", "a list linked by offsets, good at any address", runArena)
	p.Variant("goroutines", "the array again, in one process", runGoroutines)

	p.Role("squarer", squarer)
	p.Role("incrementer", incrementer)
	p.Role("adder", adder)
	p.Role("pair-writer", pairWriter)
	p.Role("pair-reader", pairReader)
	p.Role("record-writer", recordWriter)
	p.Role("record-reader", recordReader)
	p.Role("announcer", announcer)
	p.Role("looker", looker)
	p.Role("ring-writer", ringWriter)
	p.Role("ring-reader", ringReader)
	p.Role("page-reader", pageReader)
	p.Role("sealed-reader", sealedReader)
	p.Role("scribe", scribe)
	p.Role("owner", owner)
	p.Role("guest", guest)
	p.Role("pusher", pusher)
	return p
}
