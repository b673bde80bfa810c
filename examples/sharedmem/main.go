// Sharedmem lets several processes use one piece of memory: what one stores, the others load, and
// nothing is copied or sent.
//
// What goes wrong when it is done carelessly: updates are lost (lostcount), records are read half
// old and half new (torn), a flag is seen before what it announces (unpublished), and the memory
// is taken away under a reader (sigbus) or stays behind when everybody is gone (devshm).
//
// Usage:
//
//	sharedmem [variant] [flags]
//
// Each variant is in the file of its name; sharedmem -h lists them. memory.go makes and maps what
// is shared. turns.go makes loads and stores wait for their turn. message.go has the messages that
// ring and pipe send.
package main

import "example.com/lockstep/examples/hello/lockstep"

func main() { program().Main() }

func program() *lockstep.Program {
	p := lockstep.New("sharedmem")
	addUnix(p)
	addLinux(p)
	p.Variant("goroutines", "the array again, in one process", runGoroutines)
	return p
}
