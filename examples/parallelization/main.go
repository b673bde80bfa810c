// Parallelization asks whether the work is worth dividing: a job that waits for memory beside one
// that computes, each by goroutines and by processes, and the laws that say what to expect.
//
// What goes wrong when it is done carelessly: the start is measured instead of the work
// (timedstart), the last elements are forgotten (tail), the messages cost more than what they ask
// for (finegrain), and neighbours fight for a piece of cache (falsesharing).
//
// Usage:
//
//	parallelization [variant] [flags]
//
// Each variant is in the file of its name; parallelization -h lists them.
package main

import "os"

var variants = []variant{
	{"ways", "one vector addition five ways: the same result, and what each way moves", runWays},
	{"serial", "add two vectors in one loop", runSerial},
	{"goroutines", "add them by goroutines, each on its own slices", runGoroutines},
	{"pipes", "add them by fresh processes, the numbers sent through pipes", runPipes},
	{"shared", "add them by fresh processes in shared memory (Unix)", runShared},
	{"warm", "add them by processes that are kept for the next time (Unix)", runWarm},
	{"nbody", "bodies attract each other: much to compute, little to move (Unix)", runNBody},

	{"timedstart", "broken: the time includes starting the processes (Unix)", runTimedStart},
	{"tail", "broken: what is left over by the division is forgotten", runTail},
	{"finegrain", "broken: a request for every number (Unix)", runFineGrain},
	{"falsesharing", "broken: counters of different goroutines in one line of the cache", runFalseSharing},

	{"fan", "fan-out and fan-in: one hands out, several count primes, one adds up", runFan},
	{"pipeline", "each item passes three stages; who works when", runPipeline},
	{"divide", "merge sort: halves in parallel, down to a cut-off", runDivide},
	{"reduce", "partial sums are added in pairs, then the pairs in pairs", runReduce},
	{"laws", "Amdahl, Gustafson and Karp–Flatt for a recorded benchmark", runLaws},
	{"exercise", "the exercise's solution: the slow stage by several workers", runExercise},

	{"pipes-child", "", role(1, pipesChild)},
	{"add-child", "", role(0, addChild)},
	{"nbody-child", "", role(0, nbodyChild)},
}

func main() { os.Exit(dispatch("parallelization", variants, os.Args[1:])) }
