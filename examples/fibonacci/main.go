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
// Each variant is in the file of its name; fibonacci -h lists them.
package main

import "os"

var variants = []variant{
	{"longest", "a pool of processes; who is free takes the longest number left", runLongest},
	{"queue", "the same pool; who is free takes the next number", runQueue},
	{"static", "the same pool; the numbers are dealt in advance, in turn", runStatic},
	{"split", "each number in parts, which share out evenly", runSplit},
	{"serial", "one number after the other, in this process", runSerial},
	{"goroutines", "the queue with goroutines instead of processes", runGoroutines},

	{"forkjoin", "each call is two processes, down to a depth", runForkJoin},
	{"percall", "broken: each call is a process, until a limit stops them", runPerCall},
	{"onelock", "broken: nine threads, one lock: one computes, eight wait", runOneLock},
	{"oversubscribe", "p processes that each want all processors", runOversubscribe},
	{"doubling", "a better algorithm, with numbers of any size", runDoubling},
	{"exercise", "the exercise's solution: a process that forks computes too", runExercise},

	{"worker", "", worker},
	{"forkjoin-child", "", forkJoinChild},
	{"exercise-child", "", exerciseChild},
	{"oversubscribe-child", "", oversubscribeChild},
}

func main() { os.Exit(dispatch("fibonacci", variants, os.Args[1:])) }
