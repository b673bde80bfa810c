package main

import (
	"errors"

	"example.com/lockstep/examples/mpi/mpi"
)

// runExercise solves the page's exercise: the halo travels while the rows that don't need it are
// computed.
func runExercise(args []string) error { return heatProgram("exercise", args, overlapHalo) }

func overlapHalo(world *mpi.Comm, p *plate) error {
	up, down := neighbours(world)
	var requests []*mpi.Request
	var errs []error
	begin := func(q *mpi.Request, err error) {
		errs = append(errs, err)
		if err == nil {
			requests = append(requests, q)
		}
	}
	begin(mpi.Irecv(world, p.row(0), up, 1))
	begin(mpi.Irecv(world, p.row(p.rows+1), down, 0))
	begin(mpi.Isend(world, p.row(1), up, 0))
	begin(mpi.Isend(world, p.row(p.rows), down, 1))
	p.warm(2, p.rows-1) // these look at no halo
	_, err := mpi.Waitall(requests...)
	p.warm(1, 1)
	if p.rows > 1 {
		p.warm(p.rows, p.rows)
	}
	p.swap()
	return errors.Join(append(errs, err)...)
}
