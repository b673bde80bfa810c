package main

import (
	"strings"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/mpi/mpi"
)

const farmRows, farmCols, noRow = 24, 72, -1

// runFarm draws the Mandelbrot set. Rank 0, the farmer, gives each worker a row at a time: whoever
// is done asks for more, so rows that take long hold nobody up but their worker.
func runFarm(f *lockstep.Flags) {
	serial := f.Bool("serial", false, "compute in this process, without MPI")
	f.Parse()
	if *serial {
		rows := make([]string, farmRows)
		for i := range rows {
			rows[i] = string(mandelbrot(i))
		}
		lockstep.Say("%s", strings.Join(rows, "\n"))
		return
	}
	ranks(2, func(world *mpi.Comm) {
		if world.Rank() == 0 {
			farmer(world)
		} else {
			lockstep.Say("[rank %d] of %d works", world.Rank(), world.Size())
			worker(world)
		}
	})
}

// farmer answers every message, whoever it is from: its tag is the row that was done, the first is
// empty. It ends when every worker has been told that there are no more rows.
func farmer(world *mpi.Comm) {
	rows, next := make([]string, farmRows), 0
	for working := world.Size() - 1; working > 0; {
		row := make([]byte, farmCols)
		from, err := mpi.Recv(world, row, mpi.AnySource, mpi.AnyTag)
		lockstep.Check(err)
		if from.Count > 0 {
			rows[from.Tag] = string(row)
		}
		todo := []int{noRow}
		if next < farmRows {
			todo[0] = next
			next++
		} else {
			working--
		}
		lockstep.Check(mpi.Send(world, todo, from.Source, 0))
	}
	lockstep.Say("%s", strings.Join(rows, "\n"))
}

func worker(world *mpi.Comm) {
	done, todo := []byte(nil), []int{0}
	for todo[0] != noRow {
		lockstep.Check(mpi.Send(world, done, 0, todo[0]))
		_, err := mpi.Recv(world, todo, 0, 0)
		lockstep.Check(err)
		done = mandelbrot(todo[0])
	}
}

// mandelbrot draws one row: the more steps a point takes to escape, the darker.
func mandelbrot(row int) []byte {
	const shades = " .,:;+*%#@"
	line := make([]byte, farmCols)
	for col := range line {
		c := complex(-2.2+3.2*float64(col)/farmCols, -1.2+2.4*float64(row)/(farmRows-1))
		z, step := complex(0, 0), 0
		for step < 1000 && real(z)*real(z)+imag(z)*imag(z) < 4 {
			z = z*z + c
			step++
		}
		line[col] = shades[min(step/2, len(shades)-1)]
	}
	return line
}
