package main

import (
	"context"
	"fmt"
	"io"
	"net"

	"example.com/lockstep/examples/multiprocessing/pool"
)

// A gate holds tasks until the program opens it: they connect to it, and wait for end-of-file. So
// it is the program, not the scheduler, that decides what is under way when.
type gate struct {
	l     net.Listener
	conns []net.Conn
}

func newGate() (*gate, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	return &gate{l: l}, err
}

func (g *gate) addr() string { return g.l.Addr().String() }

// arrived returns when a task stands at the gate.
func (g *gate) arrived() error {
	c, err := g.l.Accept()
	if err != nil {
		return fmt.Errorf("gate: %w", err)
	}
	g.conns = append(g.conns, c)
	return nil
}

// open lets all pass that have arrived, and stops listening.
func (g *gate) open() {
	g.l.Close()
	for _, c := range g.conns {
		c.Close()
	}
}

// pass is a task that waits at a gate and then squares its number. Without one it doesn't wait.
var pass = pool.Func("pass", func(ctx context.Context, t waiting) (int, error) {
	return t.N * t.N, t.wait(ctx)
})

type waiting struct {
	N    int
	Gate string
}

func (t waiting) wait(ctx context.Context) error {
	if t.Gate == "" {
		return nil
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", t.Gate)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { c.Close() })()
	if _, err := io.Copy(io.Discard, c); err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return c.Close()
}
