// Processcreation is the life of a process: how it is started, what it is given, how it ends, who
// learns of that, and what becomes of its children.
//
// What goes wrong when it is done carelessly: a child that nobody waits for stays as a zombie, a
// child whose parent is killed runs on, and a parent waits for an output that never ends.
//
// Usage:
//
//	processcreation [variant] [flags]
//
// Each variant is in the file of its name; processcreation -h lists them. Some share a short file:
// self.go starts this program again, status_linux.go asks the kernel about a process, daemon and
// stop share pidfile.go, and pidreuse uses what namespace shows.
package main

import "example.com/lockstep/examples/hello/lockstep"

func main() { program().Main() }

func program() *lockstep.Program {
	p := lockstep.New("processcreation")
	p.Variant("powers", "square and cube, each in a process of its own", runPowers)
	p.Variant("goroutines", "square and cube in goroutines: one process, one fate", runGoroutines)
	p.Variant("start", "what a child is given: arguments, environment, folder, an open file", runStart)
	p.Variant("exitcode", "how a child ends: an exit code, a panic, a signal, no start", runExitCode)
	p.Variant("endoffile", "the child sees the end of its parent as end-of-file", runEndOfFile)
	p.Role("powers-child", powersChild)
	p.Role("start-child", startChild)
	p.Role("endoffile-child", endOfFileChild)
	addUnix(p)
	addLinux(p)
	return p
}
