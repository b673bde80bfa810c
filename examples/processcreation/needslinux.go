//go:build !linux

package main

import "fmt"

// These are Linux's own. Elsewhere they say so.
var (
	runFork       = needs("fork", "Linux")
	runZombie     = needs("zombie", "Linux")
	runPdeathsig  = needs("pdeathsig", "Linux")
	runThreadTrap = needs("threadtrap", "Linux")
	runAdopt      = needs("adopt", "Linux")
	runPidReuse   = needs("pidreuse", "Linux")
	runHandle     = needs("handle", "Linux")
	runNamespace  = needs("namespace", "Linux")

	pdeathsigChild = needs("pdeathsig", "Linux")
	pidReuseInit   = needs("pidreuse", "Linux")
	namespaceChild = needs("namespace", "Linux")
)

func needs(what, system string) func([]string) error {
	return func([]string) error { return fmt.Errorf("%s needs %s", what, system) }
}
