package main

import "example.com/lockstep/examples/hello/lockstep"

// runSerial counts the words of a file in this process alone. What the others print must be the
// same, byte for byte.
func runSerial(f *lockstep.Flags) {
	open := textFlag(f)
	top := f.Number("top", 10, 0, 1_000_000, "how many of the most frequent words to print")
	f.Parse()
	in := open()
	sum, err := countRange(in.file, 0, in.size)
	lockstep.Check(in.check(err))
	sum.report(*top)
}
