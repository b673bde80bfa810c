package main

import (
	"bufio"
	"os"
)

// orders is the teller's side: a channel of the lines that its parent sends. When there are no
// more, the parent is done or gone, and the process ends, whatever it is waiting for.
func orders() <-chan string {
	lines := make(chan string)
	go func() {
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			lines <- in.Text()
		}
		os.Exit(0)
	}()
	return lines
}
