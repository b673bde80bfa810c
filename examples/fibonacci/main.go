// Fibonacci distributes a calculation whose parts take unequal time over processes, and shows who
// computed what.
//
// What goes wrong when it is done carelessly: all wait for the one process that got the long parts,
// and a process for every call costs more than it computes.
//
// Usage:
//
//	fibonacci [variant] [flags]
//
// Each variant is in the file of its name; fibonacci -h lists them. The first three are in
// schedule.go, with what split uses as well, and percall is in forkjoin.go. All use fib.go: the
// calculation, what it costs, and the workers that do it.
package main

import "example.com/lockstep/examples/hello/lockstep"

func main() { program().Main() }

func program() *lockstep.Program {
	p := lockstep.New("fibonacci")
	p.Variant("longest", "a pool of processes; who is free takes the longest number left", runSchedule)
	p.Variant("queue", "the same pool; who is free takes the next number", runSchedule)
	p.Variant("static", "the same pool; the numbers are dealt in advance, in turn", runSchedule)
	p.Variant("pool", "the queue by the real clock", runPool)
	p.Variant("split", "nine equal numbers over two processes, each number in parts", runSplit)
	p.Variant("goroutines", "the queue with goroutines instead of processes", runGoroutines)
	p.Variant("forkjoin", "each call is two processes, down to a depth", runForkJoin)
	p.Variant("percall", "broken: each call is a process, until a limit stops them", runPerCall)
	p.Variant("oversubscribe", "p processes that each want all processors", runOversubscribe)
	p.Variant("doubling", "a better algorithm, with numbers of any size", runDoubling)

	p.Role("worker", worker)
	p.Role("call", call)
	p.Role("greedy", greedy)
	return p
}
