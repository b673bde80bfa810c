//go:build unix

package main

import (
	"errors"
	"fmt"
	"strconv"
)

// runArray lets n processes square the numbers of one array, each in its own part. Nothing is sent
// back: the results are where the parent looks.
func runArray(args []string) error {
	fs := newFlags("array")
	n := intFlag(fs, "n", 4, 1, 64, "how many processes")
	length := intFlag(fs, "len", 1000, 1, 1_000_000, "how many numbers")
	victim := intFlag(fs, "kill", 0, 0, 64, "kill this process in the middle of its part; 0 is none")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *victim > *n {
		return usagef("-kill %d: there are only %d processes", *victim, *n)
	}
	mem, err := newMemory(*length * 8)
	if err != nil {
		return err
	}
	defer mem.close()
	cells, err := view[uint64](mem.bytes)
	if err != nil {
		return err
	}
	for i := range cells {
		cells[i] = uint64(i) + 2
	}
	err = squareAll(mem, *n, *victim)
	squared, sum := 0, uint64(0)
	for i, v := range cells {
		if k := uint64(i) + 2; v == k*k {
			squared++
			sum += v
		}
	}
	say("%d of %d numbers are squared, their sum is %d", squared, *length, sum)
	return err
}

// squareAll lets each process do the first half of its part and then the second, all at once. The
// victim dies in between.
func squareAll(mem *memory, n, victim int) error {
	team, err := startTeam(mem, n, "array-child")
	if err != nil {
		return err
	}
	var errs []error
	for half := range 2 {
		for i, w := range team {
			if half == 1 && i+1 == victim {
				errs = append(errs, w.cmd.Process.Kill(), w.end())
				continue
			}
			w.allow()
		}
		for _, w := range team {
			if !w.ended {
				errs = append(errs, w.await())
			}
		}
	}
	return errors.Join(append(errs, endAll(team))...)
}

func arrayChild(args []string) error {
	mem, err := inherited()
	if err != nil {
		return err
	}
	cells, err := view[uint64](mem.bytes)
	if err != nil {
		return err
	}
	from, to, err := part(args, len(cells))
	if err != nil {
		return err
	}
	middle := (from + to) / 2
	for _, half := range [][2]int{{from, middle}, {middle, to}} {
		if err := turn(); err != nil {
			return err
		}
		for i := half[0]; i < half[1]; i++ {
			cells[i] *= cells[i]
		}
		say("[%s] squares %d numbers", args[0], half[1]-half[0])
		if err := done(); err != nil {
			return err
		}
	}
	return nil
}

// part returns which of the cells are this process's, by its index and the number of processes.
func part(args []string, cells int) (from, to int, err error) {
	i, err1 := strconv.Atoi(args[1])
	n, err2 := strconv.Atoi(args[2])
	if err := errors.Join(err1, err2); err != nil {
		return 0, 0, fmt.Errorf("%s: %w", args[0], err)
	}
	return i * cells / n, (i + 1) * cells / n, nil
}
