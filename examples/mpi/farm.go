package main

import (
	"strings"

	"example.com/lockstep/examples/mpi/mpi"
)

const farmRows, farmCols, noRow = 24, 72, -1

// runFarm draws the Mandelbrot set. Rank 0, the farmer, gives each worker a row at a time: whoever
// is done asks for more, so rows that take long hold nobody up but their worker.
func runFarm(args []string) error {
	fs := newFlags("farm")
	serial := fs.Bool("serial", false, "compute in this process, without MPI")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *serial {
		rows := make([]string, farmRows)
		for i := range rows {
			rows[i] = string(mandelbrot(i))
		}
		say("%s", strings.Join(rows, "\n"))
		return nil
	}
	return ranks(2, func(world *mpi.Comm) error {
		count(world)
		if world.Rank() == 0 {
			return farmer(world)
		}
		return worker(world)
	})
}

// region farm
// farmer answers every message, whoever it is from: its tag is the row that was done, the first is
// empty. It ends when every worker has been told that there are no more rows.
func farmer(world *mpi.Comm) error {
	rows, next := make([]string, farmRows), 0
	for working := world.Size() - 1; working > 0; {
		row := make([]byte, farmCols)
		from, err := mpi.Recv(world, row, mpi.AnySource, mpi.AnyTag)
		if err != nil {
			return err
		}
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
		if err := mpi.Send(world, todo, from.Source, 0); err != nil {
			return err
		}
	}
	say("%s", strings.Join(rows, "\n"))
	return nil
}

func worker(world *mpi.Comm) error {
	done, todo := []byte(nil), []int{0}
	for {
		if err := mpi.Send(world, done, 0, todo[0]); err != nil {
			return err
		}
		if _, err := mpi.Recv(world, todo, 0, 0); err != nil || todo[0] == noRow {
			return err
		}
		done = mandelbrot(todo[0])
	}
}

// endregion farm

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
