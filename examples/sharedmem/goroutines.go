package main

import "sync"

// runGoroutines squares the same array in one process. Memory is shared from the start: no file,
// no mapping, no offsets. It is the collector's, may hold pointers, and -race sees every access.
func runGoroutines(args []string) error {
	fs := newFlags("goroutines")
	n := intFlag(fs, "n", 4, 1, 10000, "how many goroutines")
	length := intFlag(fs, "len", 1000, 1, 1_000_000, "how many numbers")
	if err := parse(fs, args); err != nil {
		return err
	}
	cells := make([]uint64, *length)
	for i := range cells {
		cells[i] = uint64(i) + 2
	}
	var wg sync.WaitGroup
	for i := range *n {
		mine := cells[i**length / *n : (i+1)**length / *n]
		wg.Go(func() {
			for j := range mine {
				mine[j] *= mine[j]
			}
		})
	}
	wg.Wait()
	sum := uint64(0)
	for _, v := range cells {
		sum += v
	}
	say("%d of %d numbers are squared, their sum is %d", len(cells), *length, sum)
	return nil
}
