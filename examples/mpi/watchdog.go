package main

import (
	"fmt"
	"os"
	"strings"

	"example.com/lockstep/examples/mpi/mpi"
)

// A watch tells the watchdog on rank 0 what this rank is about to wait for.
type watch struct{ comm *mpi.Comm }

const (
	sending = iota
	receiving
	finished
)

func (w *watch) sends(to int) error      { return mpi.Send(w.comm, []int{sending, to}, 0, 0) }
func (w *watch) receives(from int) error { return mpi.Send(w.comm, []int{receiving, from}, 0, 0) }

// watched runs body on every rank, with a watchdog beside it on rank 0. The two call MPI at the
// same time, which needs the thread level Multiple.
func watched(body func(world *mpi.Comm, w *watch, left, right int) error) error {
	return ranks(2, func(world *mpi.Comm) error {
		own, err := world.Dup() // its messages never meet those of body
		if err != nil {
			return err
		}
		ended := make(chan error, 1)
		if world.Rank() == 0 {
			go func() { ended <- watchdog(own) }()
		} else {
			ended <- nil
		}
		me, n := world.Rank(), world.Size()
		if err := body(world, &watch{own}, (me+n-1)%n, (me+1)%n); err != nil {
			return err
		}
		if err := mpi.Send(own, []int{finished, 0}, 0, 0); err != nil {
			return err
		}
		return <-ended
	}, mpi.Threads(mpi.Multiple))
}

// watchdog follows the ranks' reports until all have finished, or until some wait in a circle.
func watchdog(own *mpi.Comm) error {
	n := own.Size()
	s := situation{now: make([][2]int, n), done: make([]map[[2]int]int, n)}
	for r := range s.done {
		s.now[r], s.done[r] = [2]int{finished, 0}, map[[2]int]int{}
	}
	for left := n; left > 0; {
		report := make([]int, 2)
		from, err := mpi.Recv(own, report, mpi.AnySource, 0)
		if err != nil {
			return err
		}
		r := from.Source
		s.done[r][s.now[r]]++ // a rank that reports again is through with what it waited for
		s.now[r] = [2]int(report)
		switch report[0] {
		case finished:
			left--
		case sending:
			say("[rank %d] of %d enters Ssend to rank %d", r, n, report[1])
		}
		if circle := s.circle(r); circle != nil {
			fmt.Fprintf(os.Stderr, "mpi: deadlock: %s\n", strings.Join(circle, ", "))
			own.Abort(1)
		}
	}
	return nil
}

// A situation is what every rank waits for, and how often it has got what it waited for before.
type situation struct {
	now  [][2]int // of rank r: sending or receiving, and its peer
	done []map[[2]int]int
}

// circle follows the waiting from rank r, and returns its sentences if it comes back to r. They
// begin with the lowest rank, whoever was the last to close the circle.
func (s *situation) circle(r int) (waits []string) {
	lowest, first := r, 0 // the lowest rank met, and its sentence
	for at := r; len(waits) < len(s.now); {
		op, peer := s.now[at][0], s.now[at][1]
		// What its peer does, or has done more often than this rank, to let it go on.
		mine, counterpart := s.now[at], [2]int{1 - op, at}
		if op == finished || s.now[peer] == counterpart || s.done[peer][counterpart] > s.done[at][mine] {
			return nil
		}
		if at < lowest {
			lowest, first = at, len(waits)
		}
		waits = append(waits, fmt.Sprintf("rank %d waits for rank %d", at, peer))
		if at = peer; at == r {
			return append(waits[first:], waits[:first]...)
		}
	}
	return nil // a circle, but r is not in it
}
