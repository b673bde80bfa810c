package main

import "os"

// halves is in how many writes a line goes out.
var halves = 2

// tornChild writes a line.
func tornChild(text string) {
	// region write
	os.Stdout.WriteString(text)
	os.Stdout.WriteString("\n") // NOTE: incorrect: another process may have written in between
	// endregion write
	count(halves)
}
