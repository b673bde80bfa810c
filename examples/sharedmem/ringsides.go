//go:build unix

package main

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"

	"example.com/lockstep/examples/sharedmem/ring"
)

// kill9 ends this process at exactly this place, as kill -9 from outside would.
func kill9() error { return syscall.Kill(os.Getpid(), syscall.SIGKILL) }

// inheritedBell is this process's end of the socket pair, descriptor 4.
func inheritedBell() (net.Conn, error) { return connOf(os.NewFile(4, "bell")) }

// connOf makes a connection of an end, which it owns.
func connOf(end *os.File) (net.Conn, error) {
	defer end.Close() // FileConn makes its own copy
	return net.FileConn(end)
}

func ringWriter(args []string) error {
	endWithParent()
	j, err1 := parseJob(args)
	mem, err2 := inherited()
	bell, err3 := inheritedBell()
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	w, err := ring.OpenWriter(mem.bytes, bell)
	if err != nil {
		return err
	}
	switch err := sendAll(w, j); {
	case errors.Is(err, ring.ErrPeerDied):
		say("[writer] stops: %v", err) // the parent says who died, and fails
		return nil
	case err != nil:
		return err
	}
	say("[writer] has sent %d messages of %d bytes", j.n, j.size)
	if j.end == "hold" {
		select {} // until the parent is gone
	}
	return w.Close()
}

// region send
func sendAll(w *ring.Writer, j job) error {
	ctx := context.Background()
	s := newSender(j.size)
	for i := range j.n {
		m, err := w.Reserve(ctx, j.size) // a place in the ring: no copy follows
		if err != nil {
			return err
		}
		if j.end == "die" && i == before {
			s.fill(m[:leastSize]) // half a message, which nobody will ever see
			return kill9()
		}
		s.fill(m)
		w.Commit()
	}
	return w.Drain(ctx)
}

// endregion send

func ringReader(args []string) error {
	endWithParent()
	j, err1 := parseJob(args)
	mem, err2 := inherited()
	bell, err3 := inheritedBell()
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	r, err := ring.OpenReader(mem.bytes, bell)
	if err != nil {
		return err
	}
	defer r.Close()
	var got receiver
	err = takeAll(r, j, &got)
	say("[reader] has taken %d messages, each whole and in its place", got.number)
	if errors.Is(err, ring.ErrPeerDied) {
		say("[reader] stops: %v", err)
		return nil
	}
	return errors.Join(err, got.check(j))
}

// region take
func takeAll(r *ring.Reader, j job, got *receiver) error {
	for {
		m, err := r.Next(context.Background())
		if err == io.EOF { // the writer has closed: nothing is missing
			return nil
		}
		if err != nil {
			return err
		}
		if j.end == "die" && got.number == before {
			return kill9()
		}
		if err := got.take(m); err != nil { // m is the ring's own memory, until the next Next
			return err
		}
	}
}

// endregion take
