package main

import (
	"fmt"
	"io"
	"os"
	"sync"
)

// A progress is a line on standard error that counts tasks. It is for eyes: where standard error is
// no terminal but a file or a pipe, nothing is written.
type progress struct {
	w        io.Writer  // nil: nobody is looking
	mu       sync.Mutex // guards done
	done, of int
}

func newProgress(of int) *progress {
	p := &progress{of: of}
	if isTerminal(os.Stderr) {
		p.w = os.Stderr
	}
	return p
}

func (p *progress) step() {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	fmt.Fprintf(p.w, "%d of %d tasks\r", p.done, p.of) // what comes next is written over it
}

// clear takes the line away, before the results or an error message are printed.
func (p *progress) clear() {
	if p.w != nil {
		fmt.Fprint(p.w, "\x1b[K")
	}
}
