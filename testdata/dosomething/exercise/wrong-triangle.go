// want: look again which darts are inside the circle
package main

import "math/rand/v2"

// Throw counts the darts in a triangle.
func Throw(seed, task, count int) (hits int, err error) {
	random := rand.New(rand.NewPCG(uint64(seed), uint64(task)<<32))
	for range count {
		if random.Float64()+random.Float64() < 1 {
			hits++
		}
	}
	return hits, nil
}
