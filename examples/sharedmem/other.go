//go:build !unix

package main

import "example.com/lockstep/examples/hello/lockstep"

func main() { program().Main() }

// program has the one variant that needs no Unix. Windows shares memory by other calls, such as
// MapViewOfFile.
func program() *lockstep.Program {
	p := lockstep.New("sharedmem")
	p.Variant("goroutines", "an array in one process; all else needs Linux or another Unix", runGoroutines)
	return p
}
