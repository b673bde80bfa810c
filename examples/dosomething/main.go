// Dosomething does the same task many times: each makes random numbers, in turn, in goroutines, or
// in processes, a few at a time.
//
// What goes wrong when it is done carelessly: what a process made is lost when it ends, all make
// the same numbers, and one task that fails or hangs takes the run along.
//
// Usage:
//
//	dosomething [variant] [flags]
//
// Each variant is in the file of its name; dosomething -h lists them.
package main

import "os"

var variants = []variant{
	{"processes", "the tasks, shared among a few processes", runProcesses},
	{"serial", "the tasks one after another, in one process", runSerial},
	{"goroutines", "the tasks in goroutines of one process, a few at a time", runGoroutines},
	{"lostlist", "broken: each process fills its own copy of the list", runLostList},
	{"returned", "the processes send what they made down a pipe", runReturned},
	{"sameseed", "broken: every process starts from the same seed", runSameSeed},
	{"streams", "a stream of its own for each task, all from one seed", runStreams},

	{"limit", "a process for each task, at most m at a time", runLimit},
	{"firsterror", "the first task that fails ends those at work", runFirstError},
	{"timelimit", "a task that hangs is ended when its time is up", runTimeLimit},
	{"exercise", "the exercise's solution: an estimate of pi", runExercise},

	{"task-child", "", taskChild},
	{"lostlist-child", "", lostListChild},
	{"returned-child", "", returnedChild},
	{"sameseed-child", "", sameSeedChild},
	{"streams-child", "", streamsChild},
	{"exercise-child", "", exerciseChild},
}

func main() { os.Exit(dispatch("dosomething", variants, os.Args[1:])) }
