// Multiprocessing hands tasks to a pool of worker processes: this program, started again. The pool
// is the package in the folder pool; squares is a small program that uses it.
//
// What goes wrong when it is done carelessly: both sides write and nobody reads (deadlock), a
// worker dies and its task is waited for without end, or a task never returns. With the pool, each of
// these is an error of one task.
//
// Usage:
//
//	multiprocessing [variant] [flags]
//
// Each variant is in the file of its name; multiprocessing -h lists them. unordered, async and cancel
// use gate.go: a task that waits until the program lets it go on.
package main

import (
	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/multiprocessing/pool"
)

func main() {
	pool.Serve() // in a worker this does not return
	program().Main()
}

func program() *lockstep.Program {
	p := lockstep.New("multiprocessing")
	p.Variant("map", "square numbers in worker processes; the answers in order", runMap)
	p.Variant("unordered", "the answers as they come", runUnordered)
	p.Variant("async", "submit tasks, go on, ask for the answers later", runAsync)
	p.Variant("crash", "a task takes its worker with it: one error, and work goes on", runCrash)
	p.Variant("timelimit", "a task that never returns is ended when its time is up", runTimeLimit)
	p.Variant("cancel", "a task that is not wanted any more: context, SIGTERM, SIGKILL", runCancel)
	p.Variant("errors", "broken: errors.Is of an error from a worker; and its repair", runErrors)
	p.Variant("contain", "the same fault in a process and in a goroutine", runContain)
	p.Variant("manager", "one process owns the state, others ask it (net/rpc)", runManager)
	p.Variant("deadlock", "broken: a pool by hand that sends without reading", runDeadlock)

	p.Role("echo", echo)
	p.Role("client", client)
	p.Role("goroutines", goroutines)
	return p
}
