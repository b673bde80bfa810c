// want: the tasks throw the same darts
package main

import "math/rand/v2"

// Throw gives every task the same seed.
func Throw(seed, task, count int) (hits int, err error) {
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	for range count {
		x, y := random.Float64(), random.Float64()
		if x*x+y*y < 1 {
			hits++
		}
	}
	return hits, nil
}
