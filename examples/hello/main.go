// Hello starts several processes that share one terminal, and gets whole lines from all of them.
//
// What goes wrong when it is done carelessly: two lines run into each other (torn), or never
// appear (buffered).
//
// Usage:
//
//	hello [variant] [flags]
//
// Each variant is in the file of its name; hello -h lists them.
package main

import "os"

var variants = []variant{
	{"hello", "n processes print one line each, all alive at once", runHello},
	{"torn", "broken: a line in two writes, torn apart by another process", runTorn},
	{"whole", "one write a line: three writers share a pipe and a file, nothing is torn", runWhole},
	{"buffered", "broken: lines left in a buffer when the process exits", runBuffered},
	{"token", "a token passed around a ring of pipes orders the lines", runToken},
	{"gather", "the parent collects each output and prints them in order", runGather},
	{"goroutines", "the same greeting from goroutines of one process", runGoroutines},
	{"exercise", "the exercise's solution: the ring, backwards", runExercise},

	{"hello-child", "", role(1, helloChild)},
	{"torn-child", "", role(2, tornChild)},
	{"whole-child", "", role(2, wholeChild)},
	{"buffered-child", "", role(1, bufferedChild)},
	{"token-child", "", role(1, tokenChild)},
	{"gather-child", "", role(1, gatherChild)},
}

func main() { os.Exit(dispatch("hello", variants, os.Args[1:])) }
