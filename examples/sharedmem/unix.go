//go:build unix

package main

import "example.com/lockstep/examples/hello/lockstep"

// addUnix adds what all Unix systems have.
func addUnix(p *lockstep.Program) {
	p.Variant("array", "n processes square one array, each its own part", runArray)
	p.Role("squarer", squarer)
	p.Variant("lostcount", "broken: two processes count without an atomic, and lose one", runLostcount)
	p.Role("incrementer", incrementer)
	p.Variant("count", "processes count with an atomic, at full speed", runCount)
	p.Role("adder", adder)
	p.Variant("unseen", "broken: a data race in a mapping, which -race does not see", runUnseen)
	p.Variant("torn", "broken: a record read while it is half written", runTorn)
	p.Role("pair-writer", pairWriter)
	p.Role("pair-reader", pairReader)
	p.Variant("seqlock", "the same record behind a sequence number: the reader tries again", runSeqlock)
	p.Role("record-writer", recordWriter)
	p.Role("record-reader", recordReader)
	p.Variant("unpublished", "broken: the flag is set before the value it announces", runUnpublished)
	p.Role("announcer", announcer)
	p.Role("looker", looker)
	p.Variant("ring", "messages through a ring in shared memory, nothing copied", runRing)
	p.Role("ring-writer", ringWriter)
	p.Role("ring-reader", ringReader)
	p.Role("ring-half-writer", ringHalfWriter)
	p.Role("ring-half-reader", ringHalfReader)
	p.Variant("pipe", "the same messages through a pipe", runPipe)
	p.Role("pipe-writer", pipeWriter)
	p.Role("pipe-reader", pipeReader)
	p.Variant("file", "memory with a file behind it, which outlives the processes", runFile)
	p.Role("scribe", scribe)
	p.Variant("arena", "a list linked by offsets, good at any address", runArena)
	p.Role("pusher", pusher)
	p.Variant("sigbus", "broken: the file is truncated under a reader", runSigbus)
	p.Role("page-reader", pageReader)
}
