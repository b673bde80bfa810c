package main

import (
	"errors"
	"fmt"

	"example.com/lockstep/examples/mpi/mpi"
)

// runHeat warms a plate along its upper edge. Each rank has some of its rows, and in every step gets
// the rows next to them from its neighbours: the halo.
func runHeat(args []string) error { return heatProgram("heat", args, exchangeHalo) }

func heatProgram(name string, args []string, advance func(*mpi.Comm, *plate) error) error {
	fs := newFlags(name)
	rows := intFlag(fs, "rows", 16, 1, 4096, "rows of the plate")
	cols := intFlag(fs, "cols", 60, 1, 4096, "columns of the plate")
	steps := intFlag(fs, "steps", 200, 0, 1_000_000, "how long it is warmed")
	serial := fs.Bool("serial", false, "compute in this process, without MPI")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *serial {
		p := newPlate(*rows, *cols, true)
		for range *steps {
			p.warm(1, *rows)
			p.swap()
		}
		say("%s", picture(p.inner(), *cols))
		return nil
	}
	return ranks(1, func(world *mpi.Comm) error {
		count(world)
		me, n := world.Rank(), world.Size()
		if n > *rows {
			return fmt.Errorf("%d ranks for %d rows: want a row for each rank at least", n, *rows)
		}
		p := newPlate(part(*rows, me, n), *cols, me == 0)
		for range *steps {
			if err := advance(world, p); err != nil {
				return err
			}
		}
		counts, whole := make([]int, n), []float64(nil)
		for r := range counts {
			counts[r] = part(*rows, r, n) * *cols
		}
		if me == 0 {
			whole = make([]float64, *rows**cols)
		}
		if err := mpi.Gatherv(world, p.inner(), whole, counts, 0); err != nil {
			return err
		}
		if me == 0 {
			say("%s", picture(whole, *cols))
		}
		return nil
	})
}

// region exchange
func exchangeHalo(world *mpi.Comm, p *plate) error {
	up, down := neighbours(world)
	_, err1 := mpi.Sendrecv(world, p.row(1), up, 0, p.row(p.rows+1), down, 0)
	_, err2 := mpi.Sendrecv(world, p.row(p.rows), down, 1, p.row(0), up, 1)
	p.warm(1, p.rows)
	p.swap()
	return errors.Join(err1, err2)
}

// endregion exchange

// neighbours returns the ranks with the rows above and below; at the edges there is none.
func neighbours(world *mpi.Comm) (up, down int) {
	up, down = world.Rank()-1, world.Rank()+1
	if up < 0 {
		up = mpi.ProcNull
	}
	if down == world.Size() {
		down = mpi.ProcNull
	}
	return up, down
}
