// Hello starts several processes that share one terminal, and gets whole lines from all of them.
//
// What goes wrong when it is done carelessly: two lines run into each other (torn), or never appear
// (buffered).
//
// Usage:
//
//	hello [variant] [flags]
//
// Each variant is in the file of its name; hello -h lists them.
package main

import "example.com/lockstep/examples/hello/lockstep"

func main() { program().Main() }

func program() *lockstep.Program {
	p := lockstep.New("hello")
	p.Variant("hello", "n processes print one line each, all alive at once", runHello)
	p.Variant("torn", "broken: a line in two writes, torn apart by another process", runTorn)
	p.Variant("whole", "three writers at full speed, a line a write: what tears?", runWhole)
	p.Variant("buffered", "broken: lines left in a buffer when the process exits", runBuffered)
	p.Variant("token", "a token passed from process to process orders the lines", runToken)
	p.Variant("gather", "the parent collects each output and prints them in order", runGather)
	p.Variant("goroutines", "the same greeting from goroutines of one process", runGoroutines)

	p.Role("greeter", greeter)
	p.Role("printer", printer)
	p.Role("writer", writer)
	p.Role("shouter", shouter)
	p.Role("runner", runner)
	p.Role("talker", talker)
	return p
}
