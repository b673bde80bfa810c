package main

import (
	"bufio"
	"context"
	"os"
	"sync"
)

// A gate holds n goroutines until all have come, and until what it does then has returned.
type gate struct {
	mu      sync.Mutex // guards missing
	missing int
	open    chan struct{}
	then    func()
}

func newGate(n int, then func()) *gate {
	return &gate{missing: n, open: make(chan struct{}), then: then}
}

// awaitEnter waits for a line from standard input. Its end will do, too.
func awaitEnter() {
	say("all have done a task: Enter lets them go on")
	bufio.NewReader(os.Stdin).ReadString('\n')
}

// wait returns when the gate opens, or with the reason why it never will.
func (g *gate) wait(ctx context.Context) error {
	g.mu.Lock()
	g.missing--
	if g.missing == 0 {
		go func() {
			g.then()
			close(g.open)
		}()
	}
	g.mu.Unlock()
	select {
	case <-g.open:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
