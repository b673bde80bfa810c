// Fibonacci distributes a calculation whose parts cost unequally much over processes, and shows who
// computed what.
//
// What goes wrong when it is done carelessly: all wait for the one process that got the long parts,
// a process for every call costs more than it computes, and threads under one lock take turns.
//
// Usage:
//
//	fibonacci [variant] [flags]
//
// Each variant is in the file of its name; fibonacci -h lists them. The first three are in
// schedule.go, with the processes that split and pool use as well. All use fib.go: the calculation,
// what it costs, and the flag for the numbers.
package main

import "example.com/lockstep/examples/hello/lockstep"

func main() { program().Main() }

func program() *lockstep.Program {
	p := lockstep.New("fibonacci")
	p.Variant("longest", "a pool of processes; who is free takes the longest number left", schedule(longestFirst))
	p.Variant("queue", "the same pool; who is free takes the next number", schedule(inOrder))
	p.Variant("static", "the same pool; the numbers are dealt in advance, in turn", schedule(inTurn))
	p.Variant("pool", "the queue by the real clock", runPool)
	p.Variant("split", "nine equal numbers over two processes, each number in parts", runSplit)
	p.Variant("serial", "one number after the other, in this process", runSerial)
	p.Variant("goroutines", "the queue with goroutines instead of processes", runGoroutines)
	p.Variant("forkjoin", "each call is two processes, down to a depth", runForkJoin)
	p.Variant("percall", "broken: each call is a process, until a limit stops them", runPerCall)
	p.Variant("onelock", "broken: nine threads, one lock: one computes, eight wait", runOneLock)
	p.Variant("oversubscribe", "p processes that each want all processors", runOversubscribe)
	p.Variant("doubling", "a better algorithm, with numbers of any size", runDoubling)

	p.Role("worker", worker)
	p.Role("call", call)
	p.Role("sharer", sharer)
	return p
}
