// Dosomething does the same task many times: each makes random numbers, in goroutines or in
// processes, a few at a time.
//
// What goes wrong when it is done carelessly: what a process made is lost when it ends (first), all
// make the same numbers (sameseed), and one task that fails or hangs takes the run along.
//
// Usage:
//
//	dosomething [variant] [flags]
//
// Each variant is in the file of its name, sameseed in streams.go; dosomething -h lists them. Those
// that do the task use job.go: the task, its flags, and the report.
package main

import "example.com/lockstep/examples/hello/lockstep"

func main() { program().Main() }

func program() *lockstep.Program {
	p := lockstep.New("dosomething")
	p.Variant("processes", "the tasks, shared among a few processes", runProcesses)
	p.Variant("goroutines", "the tasks in goroutines of one process, a few at a time", runGoroutines)
	p.Variant("returned", "the processes send what they made down a pipe", runReturned)
	p.Variant("sameseed", "broken: every process starts from the same seed", runSameSeed)
	p.Variant("streams", "a stream of its own for each task, all from one seed", runStreams)
	p.Variant("limit", "a process for each task, at most p at a time", runLimit)
	p.Variant("firsterror", "the first task that fails ends those at work", runFirstError)
	p.Variant("timelimit", "a task that hangs is ended when its time is up", runTimeLimit)

	p.Role("worker", worker)
	p.Role("sender", sender)
	p.Role("starter", starter)
	p.Role("unlucky", unlucky)
	p.Role("slow", slow)
	return p
}
