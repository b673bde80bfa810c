package main

import (
	"fmt"
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/mpi/mpi"
)

// A watched communicator tells the watchdog on rank 0 what this rank is about to wait for.
type watched struct {
	*mpi.Comm
	reports *mpi.Comm // the same ranks; its messages never meet those of the other
}

// A step is what a rank waits for: its peer is the one who must receive, or send.
type step struct{ op, peer int }

const (
	sending = iota
	receiving
	finished
)

func (w *watched) report(op, peer int) {
	lockstep.Check(mpi.Send(w.reports, []int{op, peer}, 0, 0))
}

// Ssend tells the watchdog, and sends.
func (w *watched) Ssend(data []int, to int) {
	w.report(sending, to)
	lockstep.Check(mpi.Ssend(w.Comm, data, to, 0))
}

// Recv tells the watchdog, and receives.
func (w *watched) Recv(data []int, from int) {
	w.report(receiving, from)
	_, err := mpi.Recv(w.Comm, data, from, 0)
	lockstep.Check(err)
}

// withWatchdog runs body on every rank, with a watchdog beside it on rank 0. The two call MPI at the
// same time, which needs the thread level Multiple.
func withWatchdog(body func(*watched)) {
	ranks(2, func(world *mpi.Comm) {
		reports, err := world.Dup()
		lockstep.Check(err)
		ended := make(chan bool)
		if world.Rank() == 0 {
			go watchdog(reports, ended)
		} else {
			close(ended)
		}
		w := &watched{world, reports}
		body(w)
		w.report(finished, 0)
		<-ended
	}, mpi.Threads(mpi.Multiple))
}

// watchdog follows the ranks' reports until all have finished, or until some wait in a circle.
func watchdog(reports *mpi.Comm, ended chan bool) {
	n := reports.Size()
	now, told := make([]step, n), make([]map[step]bool, n)
	for r := range n {
		now[r], told[r] = step{op: finished}, map[step]bool{}
	}
	for left := n; left > 0; {
		report := make([]int, 2)
		from, err := mpi.Recv(reports, report, mpi.AnySource, 0)
		lockstep.Check(err)
		r := from.Source
		now[r] = step{report[0], report[1]}
		told[r][now[r]] = true
		switch report[0] {
		case finished:
			left--
		case sending:
			lockstep.Say("[rank %d] of %d enters Ssend to rank %d", r, n, report[1])
		}
		if waits := circle(now, told, r); waits != nil {
			fail(reports, "deadlock: %s", strings.Join(waits, ", "))
		}
	}
	close(ended)
}

// circle follows the waiting from rank r and returns its sentences if it comes back to r. A rank does
// not wait if its peer has told that it does, or did, what lets the rank go on. The sentences
// begin with the lowest rank, whoever was the last to close the circle.
func circle(now []step, told []map[step]bool, r int) (waits []string) {
	lowest, first := r, 0
	for at := r; len(waits) < len(now); {
		op, peer := now[at].op, now[at].peer
		if op == finished || told[peer][step{1 - op, at}] {
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
	return nil // there is a circle, but r is not in it
}
