package main

import "sync"

// runTail gives each goroutine an equal part, as a division of whole numbers says.
func runTail(args []string) error {
	fs := newFlags("tail")
	n, p := addFlags(fs)
	if err := parse(fs, args); err != nil {
		return err
	}
	v := newVectors(make([]float32, 3**n))
	size := *n / *p // NOTE: incorrect: the division drops what is left over, and nobody adds it
	var all sync.WaitGroup
	for i := range *p {
		all.Go(func() { v.slice(i*size, (i+1)*size).add() })
	}
	all.Wait()
	say("%d sums, checksum %s", *n, v.checksum())
	missing, first := 0, 0
	for i, sum := range v.sum {
		if sum != v.a[i]+v.b[i] {
			if missing++; missing == 1 {
				first = i
			}
		}
	}
	if missing > 0 {
		say("%d of them are wrong, the first is number %d", missing, first)
	}
	return nil
}
