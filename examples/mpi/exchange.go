package main

import (
	"errors"

	"example.com/lockstep/examples/mpi/mpi"
)

// runExchange is the deadlock's work done right, in one of three ways.
func runExchange(args []string) error {
	fs := newFlags("exchange")
	how := fs.String("how", "sendrecv", "the `way`: order, sendrecv or isend")
	if err := parse(fs, args); err != nil {
		return err
	}
	ways := map[string]func(*mpi.Comm, *watch, []int, []int, int, int) error{
		"order": inOrder, "sendrecv": inOneCall, "isend": inBackground,
	}
	way := ways[*how]
	if way == nil {
		return usagef("-how %q: want order, sendrecv or isend", *how)
	}
	return watched(func(world *mpi.Comm, w *watch, left, right int) error {
		out, in := []int{world.Rank()}, []int{-1}
		if err := way(world, w, out, in, left, right); err != nil {
			return err
		}
		lane(world, "of %d has %d from rank %d", world.Size(), in[0], left)
		return nil
	})
}

// inOrder breaks the circle: the odd ranks receive first.
func inOrder(world *mpi.Comm, w *watch, out, in []int, left, right int) error {
	send := func() error {
		return errors.Join(w.sends(right), mpi.Ssend(world, out, right, 0))
	}
	recv := func() error {
		_, err := mpi.Recv(world, in, left, 0)
		return err
	}
	if world.Rank()%2 == 0 {
		return errors.Join(send(), w.receives(left), recv())
	}
	return errors.Join(w.receives(left), recv(), send())
}

// inOneCall leaves the order to the library.
func inOneCall(world *mpi.Comm, _ *watch, out, in []int, left, right int) error {
	_, err := mpi.Sendrecv(world, out, right, 0, in, left, 0)
	return err
}

// inBackground begins to send, receives, and then waits for the sending to end.
func inBackground(world *mpi.Comm, _ *watch, out, in []int, left, right int) error {
	sending, err := mpi.Issend(world, out, right, 0)
	if err != nil {
		return err
	}
	_, recvErr := mpi.Recv(world, in, left, 0)
	_, sendErr := sending.Wait()
	return errors.Join(recvErr, sendErr)
}
