//go:build !unix

package main

import "example.com/lockstep/examples/hello/lockstep"

func addUnix(p *lockstep.Program) {
	need(p, "Unix", "replace", "rusage", "group", "cancel", "heldpipe", "daemon", "stop")
}
