//go:build !linux

package main

import (
	"fmt"

	"example.com/lockstep/examples/hello/lockstep"
)

func addLinux(p *lockstep.Program) { need(p, "Linux", "devshm", "seals") }

// need adds variants that say what they need.
func need(p *lockstep.Program, system string, names ...string) {
	for _, name := range names {
		p.Variant(name, "needs "+system, func(*lockstep.Flags) {
			lockstep.Check(fmt.Errorf("%s needs %s", name, system))
		})
	}
}
