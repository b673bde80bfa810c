// Parallelization asks whether work is worth dividing. Two jobs run on the same vectors: add moves
// much and computes little, grow computes much. Each is done by goroutines and by processes.
//
// What goes wrong when it is done carelessly: the start is measured instead of the work
// (timedstart), the last elements are forgotten (tail), the messages cost more than what they ask
// for (finegrain), neighbours fight for a piece of cache (falsesharing), and all wait for one that
// adds up (alone).
//
// Usage:
//
//	parallelization [variant] [flags]
//
// Each variant is in the file of its name; parallelization -h lists them. All use vectors.go: the
// two jobs, and how they are cut into parts. memory_unix.go maps memory that processes share.
// warm.go has the processes that fresh, timedstart and finegrain start, too.
package main

import "example.com/lockstep/examples/hello/lockstep"

func main() { program().Main() }

func program() *lockstep.Program {
	p := lockstep.New("parallelization")
	p.Variant("ways", "one job done in five ways: the same result, and what each way takes (Unix)", runWays)
	p.Variant("warm", "processes in shared memory, kept for several rounds (Unix)", runWarm)
	p.Variant("timedstart", "broken: the clock runs while the processes are started (Unix)", runTimedStart)
	p.Variant("tail", "broken: what is left over by the division is forgotten", runTail)
	p.Variant("finegrain", "broken: a request for every number (Unix)", runFineGrain)
	p.Variant("falsesharing", "broken: counters of different goroutines in one line of the cache", runFalseSharing)
	p.Variant("alone", "broken: one adds up, and all others wait for it", runAlone)
	p.Variant("laws", "Amdahl, Gustafson and Karp–Flatt, for a share or a recording", runLaws)
	p.Variant("pipeline", "each item passes three stages: who works when", runPipeline)
	p.Variant("reduce", "partial sums are added in pairs, then the pairs in pairs", runReduce)
	p.Variant("divide", "merge sort: halves in parallel, down to a cut-off", runDivide)

	p.Role("worker", worker)
	p.Role("pipe-worker", pipeWorker)
	return p
}
