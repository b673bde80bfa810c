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
// Each variant is in the file of its name; processcreation -h lists them. Some share self.go, which
// starts this program again, and on Linux status_linux.go, which asks the kernel about a process,
// and namespaces_linux.go; daemon and stop share pidfile.go.
package main

import "example.com/lockstep/examples/hello/lockstep"

func main() {
	p := lockstep.New("processcreation")
	p.Variant("powers", "square and cube, each in a process of its own", runPowers)
	p.Role("powers-child", powersChild)
	p.Variant("goroutines", "square and cube in goroutines: one process, one fate", runGoroutines)
	p.Variant("start", "what a child is given: arguments, environment, folder, an open file", runStart)
	p.Role("start-child", startChild)
	p.Variant("startprocess", "os.StartProcess, on which exec.Cmd is built", runStartProcess)
	p.Variant("exitcode", "how a child ends: an exit code, a panic, a signal, no start", runExitCode)
	p.Variant("endoffile", "the child sees the end of its parent as end-of-file", runEndOfFile)
	p.Role("endoffile-child", endOfFileChild)
	addUnix(p)
	addLinux(p)
	p.Main()
}
