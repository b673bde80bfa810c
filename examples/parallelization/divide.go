package main

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
)

// runDivide sorts numbers by merging sorted halves. The halves are sorted at the same time.
func runDivide(args []string) error {
	fs := newFlags("divide")
	n := intFlag(fs, "n", 100_000, 0, 10_000_000, "how many numbers")
	cutoff := intFlag(fs, "cutoff", 12_500, 1, 10_000_000, "sort so many without dividing them")
	if err := parse(fs, args); err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(1, 1))
	numbers := make([]uint32, *n)
	for i := range numbers {
		numbers[i] = random.Uint32()
	}
	s := sorter{cutoff: *cutoff}
	s.sort(numbers, make([]uint32, *n))
	encoded, err := binary.Append(nil, binary.LittleEndian, numbers)
	if err != nil {
		return err
	}
	say("%d numbers in order: %t, checksum %s", *n, slices.IsSorted(numbers), checksum(encoded))
	say("%d pieces sorted, %d goroutines started, %d merges",
		s.pieces.Load(), s.started.Load(), s.merges.Load())
	return nil
}

type sorter struct {
	cutoff                  int
	pieces, started, merges atomic.Int64
}

func (s *sorter) sort(v, spare []uint32) {
	if len(v) <= s.cutoff || len(v) < 2 {
		// Starting a goroutine takes longer than sorting a few numbers.
		s.pieces.Add(1)
		slices.Sort(v)
		return
	}
	middle := len(v) / 2
	var left sync.WaitGroup
	s.started.Add(1)
	left.Go(func() { s.sort(v[:middle], spare[:middle]) })
	s.sort(v[middle:], spare[middle:]) // this goroutine has a half to do, too
	left.Wait()
	s.merges.Add(1)
	merge(v, middle, spare)
}

// merge merges v[:middle] and v[middle:], which are sorted.
func merge(v []uint32, middle int, spare []uint32) {
	copy(spare, v)
	left, right := spare[:middle], spare[middle:len(v)]
	for i := range v {
		if len(right) == 0 || len(left) > 0 && left[0] <= right[0] {
			v[i], left = left[0], left[1:]
		} else {
			v[i], right = right[0], right[1:]
		}
	}
}
