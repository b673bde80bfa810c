package main

import (
	"context"
	"io"
	"net"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/multiprocessing/pool"
)

// A gate holds tasks until the program opens it: they connect to it, and wait for end-of-file. So
// it is the program, not the scheduler, that decides what is under way when.
type gate struct {
	net.Listener
	waiting []net.Conn
}

func newGate() *gate {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	lockstep.Check(err)
	return &gate{Listener: l}
}

// arrived returns when a task stands at the gate.
func (g *gate) arrived() {
	c, err := g.Accept()
	lockstep.Check(err)
	g.waiting = append(g.waiting, c)
}

// open lets all pass that have arrived.
func (g *gate) open() {
	for _, c := range g.waiting {
		c.Close()
	}
}

// waitAt waits until the gate at this address opens, or ctx is done.
func waitAt(ctx context.Context, addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	io.Copy(io.Discard, c)
	return ctx.Err()
}

// A heldTask has the address of a gate, or none.
type heldTask struct {
	N    int
	Gate string
}

// held waits at the task's gate, and then squares its number.
var held = pool.Func("held", func(ctx context.Context, t heldTask) (int, error) {
	if t.Gate == "" {
		return t.N * t.N, nil
	}
	return t.N * t.N, waitAt(ctx, t.Gate)
})
