//go:build !unix

package main

import "example.com/lockstep/examples/hello/lockstep"

// addUnix says what is needed: Windows shares memory by other calls, such as MapViewOfFile.
func addUnix(p *lockstep.Program) {
	need(p, "Unix", "array", "lostcount", "count", "unseen", "torn", "seqlock", "unpublished", "ring", "pipe", "file",
		"arena", "sigbus")
}
