// Mpi runs the same program on many ranks, on one machine or on many, and lets them exchange
// messages. It is started by an MPI launcher; without one it is a single rank.
//
// What goes wrong when it is done carelessly: ranks wait for each other for ever (deadlock), or a
// message is received into memory that belongs to something else by now (gcbuffer).
//
// Usage:
//
//	mpirun -n ranks mpi [variant] [flags]
//
// Each variant is in the file of its name; mpi -h lists them.
package main

import "os"

var variants = []variant{
	{"hello", "every rank says who it is, of how many, and under which library", runHello},
	{"sendrecv", "a map goes from rank 0 to rank 1", runSendrecv},
	{"ring", "a token goes around and collects the ranks' numbers", runRing},
	{"pingpong", "a ball goes back and forth between two ranks", runPingpong},
	{"deadlock", "broken: all send before they receive; a watchdog names the circle", runDeadlock},
	{"exchange", "the same exchange without the deadlock, in one of three ways", runExchange},
	{"gcbuffer", "broken: a message arrives in memory that is used again already", runGcbuffer},
	{"collectives", "Bcast, Scatter, Gather, Reduce, …: who gives, and who gets", runCollectives},
	{"order", "a sum of floating-point numbers depends on the order of adding", runOrder},
	{"split", "two communicators out of one", runSplit},
	{"cart", "ranks in a grid, and neighbours beyond its edge", runCart},
	{"pi", "π by random darts, every rank with its own", runPi},
	{"heat", "heat spreads over rows of several ranks, by halo exchange", runHeat},
	{"farm", "the Mandelbrot set: a farmer hands out rows to workers", runFarm},
	{"sort", "numbers spread over the ranks, sorted by samples", runSort},
	{"hybrid", "goroutines inside ranks count primes", runHybrid},
	{"window", "one-sided: tickets drawn from a counter in another rank's memory", runWindow},
	{"killed", "one rank is killed, and the launcher ends the job", runKilled},
	{"abort", "one rank ends the job with an exit code", runAbort},
	{"exercise", "the exercise's solution: heat, computing while the halo travels", runExercise},

	{"probe", "", runProbe},
	{"bench", "", runBench},
}

func main() { os.Exit(dispatch("mpi", variants, os.Args[1:])) }
