// Dataparallelism divides data among processes that all do the same to it: the
// words of a file, the rows of a picture, the terms of a sum.
//
// What goes wrong when it is done carelessly: what lies across a border is
// counted twice, the result depends on the number of processes, and most of them
// wait for the slowest.
//
// Usage:
//
//	dataparallelism [variant] [flags]
//
// Each variant is in the file of its name; dataparallelism -h lists them.
package main

import "os"

var variants = []variant{
	{"words", "count words: each process reads its own range of the file", runWords},
	{"serial", "the same count in one process, piece after piece", runSerial},
	{"goroutines", "the same count by goroutines of one process", runGoroutines},
	{"offbyone", "broken: a word across a border is counted twice", runOffByOne},
	{"slurp", "broken: the whole file in memory, under a limit (Linux)", runSlurp},
	{"gen", "write a text of any size, its words distributed as in a language", runGen},

	{"schedule", "who works on which rows, and when, under each schedule", runSchedule},
	{"mandelbrot", "a picture, its rows handed out to processes, as a PNG file", runMandelbrot},
	{"gather", "results that arrive in any order are written in the right one", runGather},

	{"floatsum", "broken: the sum depends on the number of processes", runFloatSum},
	{"treesum", "a tree of fixed shape adds: the same sum for any number", runTreeSum},
	{"exercise", "the exercise's solution: one huge line is shared as well", runExercise},

	{"words-child", "", role(1, wordsChild)},
	{"slurp-child", "", role(2, slurpChild)},
	{"rows-child", "", role(0, rowsChild)},
	{"gather-child", "", role(0, gatherChild)},
	{"floatsum-child", "", role(0, floatSumChild)},
	{"treesum-child", "", role(0, treeSumChild)},
}

func main() { os.Exit(dispatch("dataparallelism", variants, os.Args[1:])) }
