//go:build linux

package main

import "example.com/lockstep/examples/hello/lockstep"

// addLinux adds what is Linux's own.
func addLinux(p *lockstep.Program) {
	p.Variant("devshm", "broken: a name in /dev/shm whose owner was killed (Linux)", runDevshm)
	p.Role("owner", owner)
	p.Role("guest", guest)
	p.Variant("seals", "memory that can be neither written nor resized any more (Linux)", runSeals)
	p.Role("sealed-reader", sealedReader)
}
