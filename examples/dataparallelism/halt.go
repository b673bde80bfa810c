package main

import (
	"bufio"
	"os"
	"sync"
)

// A gate holds processes that are half-way, until all are and a line comes from
// standard input.
type gate struct {
	half sync.WaitGroup
	open chan struct{}
}

func newGate(n int) *gate {
	g := &gate{open: make(chan struct{})}
	g.half.Add(n)
	return g
}

// hold returns the process's next answer, which it gives when it may go on, or
// has died.
func (g *gate) hold(w *worker) (string, error) {
	say("[process %d] pid %d is half-way", w.number, w.pid)
	g.half.Done()
	if w.number == 1 {
		go func() {
			g.half.Wait()
			say("all are half-way: Enter lets them go on")
			bufio.NewReader(os.Stdin).ReadString('\n') // its end lets them go on, too
			close(g.open)
		}()
	}
	answer, err := "", error(nil)
	answered := make(chan struct{})
	go func() {
		answer, err = w.answer()
		close(answered)
	}()
	select {
	case <-g.open:
		w.send("go on") // if it cannot, there is no answer either
		<-answered
	case <-answered:
	}
	return answer, err
}
