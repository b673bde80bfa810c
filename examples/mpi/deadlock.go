package main

import (
	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/mpi/mpi"
)

// runDeadlock lets every rank send to its right before it receives from its left. Each waits for a
// receiver that waits as well. The watchdog on rank 0 sees the circle, names it and ends the job.
func runDeadlock(f *lockstep.Flags) {
	f.Parse()
	exchangeBy(sendFirst)
}

// runExchange is the deadlock's work done right, in one of three ways.
func runExchange(f *lockstep.Flags) {
	how := f.Choice("how", "sendrecv", "the way", "order", "sendrecv", "isend")
	f.Parse()
	exchangeBy(map[string]func(*watched, []int, []int, int, int){
		"order":    oddReceiveFirst,
		"sendrecv": func(w *watched, out, in []int, left, right int) { inOneCall(w.Comm, out, in, left, right) },
		"isend":    func(w *watched, out, in []int, left, right int) { inBackground(w.Comm, out, in, left, right) },
	}[*how])
}

// exchangeBy lets every rank give its number to the right and get one from the left.
func exchangeBy(way func(w *watched, out, in []int, left, right int)) {
	withWatchdog(func(w *watched) {
		me, n := w.Rank(), w.Size()
		left, right := (me+n-1)%n, (me+1)%n
		in := []int{-1}
		way(w, []int{me}, in, left, right)
		lockstep.Say("[rank %d] of %d has %d from rank %d", me, n, in[0], left)
	})
}

func sendFirst(w *watched, out, in []int, left, right int) {
	w.Ssend(out, right) // NOTE: incorrect: nobody receives, so no Ssend returns
	w.Recv(in, left)
}

func oddReceiveFirst(w *watched, out, in []int, left, right int) {
	if w.Rank()%2 == 1 {
		w.Recv(in, left)
		w.Ssend(out, right)
		return
	}
	w.Ssend(out, right)
	w.Recv(in, left)
}

// inOneCall leaves the order to the library.
func inOneCall(world *mpi.Comm, out, in []int, left, right int) {
	_, err := mpi.Sendrecv(world, out, right, 0, in, left, 0)
	lockstep.Check(err)
}

// inBackground begins to send, receives, and then waits until the sending is done.
func inBackground(world *mpi.Comm, out, in []int, left, right int) {
	sending, err := mpi.Issend(world, out, right, 0)
	lockstep.Check(err)
	_, err = mpi.Recv(world, in, left, 0)
	lockstep.Check(err)
	_, err = sending.Wait()
	lockstep.Check(err)
}
