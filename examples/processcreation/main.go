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
// Each variant is in the file of its name; processcreation -h lists them.
package main

import "os"

var variants = []variant{
	{"powers", "square and cube, each in a process of its own", runPowers},
	{"goroutines", "square and cube in goroutines: one process, one fate", runGoroutines},
	{"fresh", "a started program begins at main: nothing of the parent's memory", runFresh},
	{"fork", "broken: a forked Go process has one thread, and hangs (Linux)", runFork},
	{"start", "a child's arguments, environment and directory", runStart},
	{"extrafile", "an open file handed to the child as descriptor 3", runExtraFile},
	{"startprocess", "os.StartProcess, on which exec.Cmd is built", runStartProcess},
	{"replace", "syscall.Exec: the same process becomes another program", runReplace},

	{"exitcode", "how a child ends: a code, or a panic", runExitCode},
	{"bysignal", "how a child ends: by a signal", runBySignal},
	{"rusage", "what a child cost: processor time and memory", runRusage},
	{"report", "a child's stderr, kept for the error message", runReport},
	{"zombie", "broken: children that ended and were not waited for (Linux)", runZombie},

	{"orphan", "broken: the parent is killed, the child runs on", runOrphan},
	{"endoffile", "the child sees the end of its parent as end of file", runEndOfFile},
	{"pdeathsig", "the kernel kills the child when its parent dies (Linux)", runPdeathsig},
	{"threadtrap", "broken: Pdeathsig strikes when a mere thread ends (Linux)", runThreadTrap},
	{"adopt", "a subreaper gets the orphans, and waits for them (Linux)", runAdopt},

	{"killone", "broken: the child is killed, the grandchild runs on", runKillOne},
	{"group", "a process group is killed as a whole", runGroup},
	{"cancel", "a context ends a child: SIGTERM first, SIGKILL after a delay", runCancel},
	{"heldpipe", "broken: Wait waits for a grandchild that holds the pipe", runHeldPipe},
	{"waitdelay", "WaitDelay bounds that wait: exec.ErrWaitDelay", runWaitDelay},
	{"pidreuse", "broken: a kill by number hits another process (Linux)", runPidReuse},
	{"handle", "a pidfd names a process, not a number (Linux)", runHandle},

	{"daemon", "start a daemon, detached, with a pid file", runDaemon},
	{"stop", "stop that daemon, and leave nothing behind", runStop},
	{"namespace", "a child with pid 1 and a host name of its own (Linux)", runNamespace},
	{"limits", "a child with a limit on its open files", runLimits},
	{"exercise", "the exercise's solution: a context that ends the whole tree", runExercise},

	{"powers-child", "", role(2, powersChild)},
	{"fresh-child", "", role(1, freshChild)},
	{"start-child", "", startChild},
	{"extrafile-child", "", extraFileChild},
	{"replace-child", "", replaceChild},
	{"replace-next", "", role(1, replaceNext)},
	{"exitcode-child", "", role(1, exitCodeChild)},
	{"waiter", "", waiter},
	{"rusage-child", "", role(1, rusageChild)},
	{"family-child", "", familyChild},
	{"grandchild", "", grandchild},
	{"endoffile-child", "", endOfFileChild},
	{"endoffile-grandchild", "", endOfFileGrandchild},
	{"pdeathsig-child", "", pdeathsigChild},
	{"cancel-child", "", role(1, cancelChild)},
	{"heldpipe-child", "", heldPipeChild},
	{"pidreuse-init", "", role(1, pidReuseInit)},
	{"daemon-child", "", role(1, daemonChild)},
	{"namespace-child", "", namespaceChild},
	{"limits-child", "", role(1, limitsChild)},
	{"limits-count", "", limitsCount},
}

func main() { os.Exit(dispatch("processcreation", variants, os.Args[1:])) }
