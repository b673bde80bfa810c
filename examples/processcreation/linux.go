//go:build linux

package main

import "example.com/lockstep/examples/hello/lockstep"

// addLinux adds what is Linux's own, or can be seen there only.
func addLinux(p *lockstep.Program) {
	p.Variant("fork", "broken: a forked Go process has one thread, and hangs (Linux)", runFork)
	p.Variant("zombie", "broken: children that ended and were not waited for (Linux)", runZombie)
	p.Variant("orphan", "broken: the parent is killed, the child runs on (Linux)", runOrphan)
	p.Variant("pdeathsig", "the kernel kills the child when its parent dies (Linux)", runPdeathsig)
	p.Role("pdeathsig-child", pdeathsigChild)
	p.Variant("pidreuse", "broken: a kill by number hits another process (Linux)", runPidReuse)
	p.Role("pidreuse-init", pidReuseInit)
	p.Variant("namespace", "a child with pid 1 and a host name of its own (Linux)", runNamespace)
	p.Role("namespace-child", namespaceChild)
}
