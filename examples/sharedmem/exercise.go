//go:build unix

package main

import (
	"errors"
	"fmt"
	"sync/atomic"
)

const chunks = 64

// A board lies in front of the numbers. It says which chunk is next, and who took which.
type board struct {
	next  atomic.Uint64
	taken [chunks]atomic.Uint32
}

const boardSize = 320 // at least the board's size; the numbers follow

// runExercise squares the array, but no process has a part: each takes the next chunk until there
// is none. The atomic addition gives every chunk to one process only.
func runExercise(args []string) error {
	fs := newFlags("exercise")
	n := intFlag(fs, "n", 4, 1, 64, "how many processes")
	length := intFlag(fs, "len", 1_000_000, 1, 1_000_000, "how many numbers")
	if err := parse(fs, args); err != nil {
		return err
	}
	mem, err := newMemory(boardSize + *length*8)
	if err != nil {
		return err
	}
	defer mem.close()
	b, cells, err := boardAndCells(mem)
	if err != nil {
		return err
	}
	for i := range cells {
		cells[i] = uint64(i) + 2
	}
	team, err := startTeam(mem, *n, "exercise-child")
	if err != nil {
		return err
	}
	for _, w := range team {
		w.allow()
	}
	var errs []error
	for _, w := range team {
		errs = append(errs, w.await())
	}
	if err := errors.Join(append(errs, endAll(team))...); err != nil {
		return err
	}
	for i := range b.taken {
		if times := b.taken[i].Load(); times != 1 {
			return fmt.Errorf("chunk %d was taken %d times", i, times)
		}
	}
	say("%d chunks, each taken once", chunks)
	sum := uint64(0)
	for _, v := range cells {
		sum += v
	}
	say("the sum of the %d squares is %d", len(cells), sum)
	return nil
}

func boardAndCells(mem *memory) (*board, []uint64, error) {
	b, err1 := at[board](mem.bytes, 0)
	cells, err2 := view[uint64](mem.bytes[boardSize:])
	return b, cells, errors.Join(err1, err2)
}

func exerciseChild(args []string) error {
	mem, err := inherited()
	if err != nil {
		return err
	}
	b, cells, err := boardAndCells(mem)
	if err != nil {
		return err
	}
	if err := turn(); err != nil {
		return err
	}
	took := 0
	for {
		i := int(b.next.Add(1)) - 1
		if i >= chunks {
			break
		}
		b.taken[i].Add(1)
		took++
		for j := i * len(cells) / chunks; j < (i+1)*len(cells)/chunks; j++ {
			cells[j] *= cells[j]
		}
	}
	say("[%s] took %d chunks", args[0], took)
	return done()
}
