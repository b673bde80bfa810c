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
// Each variant is in the file of its name, stop in that of daemon; processcreation -h lists them.
// Some use what is in another's file: exitcode starts this program again, zombie asks the kernel
// about a process, and namespace starts a child in namespaces.
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
	p.Variant("replace", "syscall.Exec: a process becomes another program, with limits", runReplace)
	p.Variant("rusage", "what a child cost: processor time and memory", runRusage)
	p.Variant("group", "a process group is killed as a whole", runGroup)
	p.Variant("cancel", "a context ends a child: SIGTERM first, SIGKILL after a delay", runCancel)
	p.Variant("heldpipe", "broken: Wait waits for a grandchild that holds the pipe", runHeldPipe)
	p.Variant("daemon", "start a daemon, detached, with a pid file", runDaemon)
	p.Variant("stop", "stop that daemon, and leave nothing behind", runStop)
	p.Variant("fork", "broken: a forked Go process has one thread, and hangs (Linux)", runFork)
	p.Variant("zombie", "broken: children that ended and were not waited for (Linux)", runZombie)
	p.Variant("orphan", "broken: the parent is killed, the child runs on (Linux)", runOrphan)
	p.Variant("pdeathsig", "the kernel kills the child when its parent dies (Linux)", runPdeathsig)
	p.Variant("pidreuse", "broken: a kill by number hits another process (Linux)", runPidReuse)
	p.Variant("namespace", "a child with pid 1 and a host name of its own (Linux)", runNamespace)

	p.Role("powers-child", powersChild)
	p.Role("start-child", startChild)
	p.Role("endoffile-child", endOfFileChild)
	p.Role("replace-child", replaceChild)
	p.Role("rusage-child", rusageChild)
	p.Role("cancel-child", cancelChild)
	p.Role("pdeathsig-child", pdeathsigChild)
	p.Role("pidreuse-init", pidReuseInit)
	p.Role("namespace-child", namespaceChild)
	return p
}
