package main

import (
	"fmt"
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/mpi/mpi"
)

// runHeat warms a plate along its upper edge. Each rank has some of its rows, and before every step
// gets the rows next to them from its neighbours: the halo.
func runHeat(f *lockstep.Flags) {
	rows := f.Number("rows", 16, 1, 4096, "rows of the plate")
	cols := f.Number("cols", 32, 1, 4096, "columns of the plate")
	steps := f.Number("steps", 200, 0, 1_000_000, "how long it is warmed")
	serial := f.Bool("serial", false, "compute in this process, without MPI")
	f.Parse()
	if *serial {
		p := newPlate(*rows, *cols, true)
		for range *steps {
			p.warm()
		}
		lockstep.Say("%s", picture(p.inner(), *cols))
		return
	}
	ranks(1, func(world *mpi.Comm) {
		me, n := world.Rank(), world.Size()
		demand(world, n <= *rows, "%d ranks for %d rows: want a row for each rank at least", n, *rows)
		p := newPlate(part(*rows, me, n), *cols, me == 0)
		up, down := neighbours(me, n)
		for range *steps {
			lockstep.Check(exchangeHalo(world, p.now, *cols, up, down))
			p.warm()
		}
		whole, counts := []float64(nil), make([]int, n)
		for r := range counts {
			counts[r] = part(*rows, r, n) * *cols
		}
		if me == 0 {
			whole = make([]float64, *rows**cols)
		}
		lockstep.Check(mpi.Gatherv(world, p.inner(), whole, counts, 0))
		if me == 0 {
			lockstep.Say("the plate of %s:\n%s", many(n), picture(whole, *cols))
		}
	})
}

// exchangeHalo sends the first and the last of a rank's own rows to its neighbours, and receives theirs
// into its halo: the first and the last row of the slice.
func exchangeHalo(world *mpi.Comm, rows []float64, cols, up, down int) error {
	row := func(i int) []float64 { return rows[i*cols : (i+1)*cols] }
	last := len(rows)/cols - 2
	_, err := mpi.Sendrecv(world, row(1), up, 0, row(last+1), down, 0)
	if err != nil {
		return err
	}
	_, err = mpi.Sendrecv(world, row(last), down, 1, row(0), up, 1)
	return err
}

// neighbours returns the ranks that have the rows above and below. Beyond the edge of the plate is
// ProcNull: nothing is sent there, and nothing received.
func neighbours(rank, size int) (up, down int) {
	up, down = rank-1, rank+1
	if up < 0 {
		up = mpi.ProcNull
	}
	if down == size {
		down = mpi.ProcNull
	}
	return up, down
}

// A plate is some rows of the whole, with a row of halo above and one below.
type plate struct {
	rows, cols int
	now, next  []float64
}

func newPlate(rows, cols int, top bool) *plate {
	p := &plate{rows, cols, make([]float64, (rows+2)*cols), make([]float64, (rows+2)*cols)}
	if top {
		for i := range cols {
			p.now[i], p.next[i] = 1, 1 // the edge above the plate stays hot
		}
	}
	return p
}

func (p *plate) row(i int) []float64 { return p.now[i*p.cols : (i+1)*p.cols] }
func (p *plate) inner() []float64    { return p.now[p.cols : (p.rows+1)*p.cols] }

// warm computes one step: each cell becomes the mean of its neighbours. Whoever computes it, it is
// the same sum in the same order, and so the same to the last bit.
func (p *plate) warm() {
	for r := 1; r <= p.rows; r++ {
		above, here, below := p.row(r-1), p.row(r), p.row(r+1)
		for c := range here {
			left, right := 0.0, 0.0
			if c > 0 {
				left = here[c-1]
			}
			if c < p.cols-1 {
				right = here[c+1]
			}
			p.next[r*p.cols+c] = (above[c] + left + right + below[c]) / 4
		}
	}
	p.now, p.next = p.next, p.now
}

func many(ranks int) string {
	if ranks == 1 {
		return "1 rank"
	}
	return fmt.Sprint(ranks, " ranks")
}

func picture(cells []float64, cols int) string {
	const shades = " .:-=+*#%@"
	var b strings.Builder
	for i, t := range cells {
		if i > 0 && i%cols == 0 {
			b.WriteByte('\n')
		}
		b.WriteByte(shades[min(int(t*float64(len(shades))), len(shades)-1)])
	}
	return b.String()
}
