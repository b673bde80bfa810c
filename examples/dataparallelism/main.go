// Dataparallelism divides data among processes that all do the same to it: the words of a file, the
// rows of a picture, the terms of a sum.
//
// What goes wrong when it is done carelessly: what lies across a border is counted twice, the result
// depends on the number of processes, and most of them wait for the slowest.
//
// Usage:
//
//	dataparallelism [variant] [flags]
//
// A variant is in the file of its name, and dataparallelism -h lists them. Only treesum shares
// floatsum's file. These files are used by several:
//
//	count.go     where a text may be cut, and the count of a range
//	gen.go       the text that is counted
//	handout.go   which piece a process takes next
package main

import "example.com/lockstep/examples/hello/lockstep"

func main() { program().Main() }

func program() *lockstep.Program {
	p := lockstep.New("dataparallelism")
	p.Variant("words", "count words: each process reads its own range of the file", runWords)
	p.Variant("goroutines", "the same count by goroutines of one process", runGoroutines)
	p.Variant("offbyone", "broken: a word across a border is counted twice", runOffByOne)
	p.Variant("slurp", "broken: the whole file in memory, under a limit (Linux)", runSlurp)
	p.Variant("gen", "write a text of any size, its words distributed as in a language", runGen)
	p.Variant("schedule", "who works on which rows, and when, under each schedule", runSchedule)
	p.Variant("mandelbrot", "a picture, its rows handed out to processes, as a PNG file", runMandelbrot)
	p.Variant("gather", "results that arrive in any order are written in the right one", runGather)
	p.Variant("floatsum", "broken: the sum depends on the number of processes", runFloatSum)
	p.Variant("treesum", "a tree of fixed shape adds: the same sum for any number", runTreeSum)

	p.Role("counter", counter)
	p.Role("slurper", slurper)
	p.Role("painter", painter)
	p.Role("stepper", stepper)
	p.Role("upper", upper)
	p.Role("adder", adder)
	return p
}
