package main

import (
	"os"
	"syscall"

	"example.com/lockstep/examples/hello/lockstep"
)

// runNamespace starts a child that sees a system of its own: it is process 1, has a host name of
// its own, and is root there and nowhere else. Containers are made of this.
func runNamespace(f *lockstep.Flags) {
	f.Parse()
	before, err := os.Hostname()
	lockstep.Check(err)
	child := lockstep.Command("inside", "namespace-child")
	lockstep.Check(startInNamespaces(child))
	line, err := child.Answer()
	lockstep.Check(err)
	lockstep.Say("[inside] %s", line)
	lockstep.Check(child.Wait())
	after, err := os.Hostname()
	lockstep.Check(err)
	lockstep.Say("outside, the host name is what it was: %t", before == after)
}

func namespaceChild(lockstep.Args) {
	lockstep.Check(syscall.Sethostname([]byte("lockstep")))
	name, err := os.Hostname()
	lockstep.Check(err)
	lockstep.Done("pid %d, user %d, host name %s", os.Getpid(), os.Getuid(), name)
}
