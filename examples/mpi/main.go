// Mpi runs the same program as many processes, called ranks, on one machine or on many, and lets them
// exchange messages. An MPI launcher starts it; without one it is a single rank.
//
// What goes wrong when it is done carelessly: ranks wait for each other for ever, or a message arrives
// in memory that belongs to something else by now.
//
// Usage:
//
//	mpirun -n ranks mpi [variant] [flags]
//
// Each variant is in the file of its name; mpi -h lists them. Order is in collectives.go, cart in
// split.go, abort in killed.go, and exchange in deadlock.go, with the watchdog in watchdog.go. What
// all of them run in is in hello.go.
package main

import "example.com/lockstep/examples/hello/lockstep"

func main() { program().Main() }

func program() *lockstep.Program {
	p := lockstep.New("mpi")
	p.Variant("hello", "every rank says who it is, of how many, and under which library", on(1, hello))
	p.Variant("sendrecv", "a map goes from rank 0 to rank 1", on(2, sendrecv))
	p.Variant("ring", "a token goes around and collects the ranks' numbers", on(2, ring))
	p.Variant("pingpong", "a ball goes back and forth between two ranks", runPingpong)
	p.Variant("deadlock", "broken: all send before they receive; a watchdog names the circle", runDeadlock)
	p.Variant("exchange", "the same exchange without the deadlock, in one of three ways", runExchange)
	p.Variant("gcbuffer", "broken: a message arrives in memory that is used again already", runGcbuffer)
	p.Variant("collectives", "Bcast, Scatter, Gather, Reduce, …: who gives, and who gets", on(1, collectives))
	p.Variant("order", "a sum of floating-point numbers depends on the order of adding", on(4, order))
	p.Variant("split", "two communicators out of one", on(2, split))
	p.Variant("cart", "ranks in a grid, and neighbours beyond its edge", on(2, cart))
	p.Variant("pi", "π by random darts, every rank with its own", runPi)
	p.Variant("heat", "heat spreads over rows of several ranks, by halo exchange", runHeat)
	p.Variant("farm", "the Mandelbrot set: a farmer hands out rows to workers", runFarm)
	p.Variant("sort", "numbers spread over the ranks, sorted by samples", runSort)
	p.Variant("hybrid", "goroutines inside ranks count primes", runHybrid)
	p.Variant("window", "one-sided: tickets drawn from a counter in another rank's memory", runWindow)
	p.Variant("killed", "one rank is killed, and the launcher ends the job", runKilled)
	p.Variant("abort", "one rank ends the job with an exit code", runAbort)
	return p
}
