// Multiprocessing hands tasks to a pool of worker processes: this program, started again. The pool
// is the package in the folder pool.
//
// What goes wrong when it is done carelessly: both sides write and nobody reads (deadlock), or a
// worker dies and its task is waited for without end. With the pool, a worker's death is an error
// of one task.
//
// Usage:
//
//	multiprocessing [variant] [flags]
//
// Each variant is in the file of its name; multiprocessing -h lists them.
package main

import (
	"os"

	"example.com/lockstep/examples/multiprocessing/pool"
)

var variants = []variant{
	{"map", "square numbers in worker processes; the answers in order", runMap},
	{"unordered", "the answers as they come", runUnordered},
	{"async", "submit tasks, go on, ask for the answers later", runAsync},
	{"crash", "a task takes its worker with it: one error, and work goes on", runCrash},
	{"cancel", "a task that does not want to end: context, SIGTERM, SIGKILL", runCancel},
	{"poison", "a task that kills every worker it meets is given up", runPoison},
	{"queue", "producers and consumers around a queue, and how it ends", runQueue},
	{"manager", "one process owns the state, others ask it (net/rpc)", runManager},
	{"contain", "the same fault in a process and in a goroutine", runContain},
	{"compare", "processes and goroutines do the same tasks", runCompare},
	{"deadlock", "broken: a pool by hand that sends without reading", runDeadlock},
	{"exercise", "the exercise's solution: a time limit for every task", runExercise},

	{"deadlock-child", "", deadlockChild},
	{"queue-producer", "", queueProducer},
	{"queue-consumer", "", queueConsumer},
	{"manager-client", "", managerClient},
	{"contain-goroutines", "", containGoroutines},
}

func main() {
	pool.Serve() // in a worker this does not return
	os.Exit(dispatch("multiprocessing", variants, os.Args[1:]))
}
