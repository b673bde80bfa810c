//go:build unix

package main

import "example.com/lockstep/examples/hello/lockstep"

// addUnix adds what all Unix systems have.
func addUnix(p *lockstep.Program) {
	p.Variant("replace", "syscall.Exec: a process becomes another program, with limits", runReplace)
	p.Role("replace-child", replaceChild)
	p.Variant("rusage", "what a child cost: processor time and memory", runRusage)
	p.Role("rusage-child", rusageChild)
	p.Variant("group", "a process group is killed as a whole", runGroup)
	p.Variant("cancel", "a context ends a child: SIGTERM first, SIGKILL after a delay", runCancel)
	p.Role("cancel-child", cancelChild)
	p.Variant("heldpipe", "broken: Wait waits for a grandchild that holds the pipe", runHeldPipe)
	p.Variant("daemon", "start a daemon, detached, with a pid file", runDaemon)
	p.Variant("stop", "stop that daemon, and leave nothing behind", runStop)
}
