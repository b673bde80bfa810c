package main

import "os"

// wholeChild writes a line.
func wholeChild(text string) {
	os.Stdout.WriteString(text + "\n")
	count(1)
}

func count(writes int) {}

func (r *ring) next() { r.at++ }
