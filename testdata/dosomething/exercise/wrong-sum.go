// want: don't add the seed and the task
package main

import "math/rand/v2"

// Throw adds the seed and the task's number: other pairs have the same sum.
func Throw(seed, task, count int) (hits int, err error) {
	random := rand.New(rand.NewPCG(uint64(seed+task), 0))
	for range count {
		x, y := random.Float64(), random.Float64()
		if x*x+y*y < 1 {
			hits++
		}
	}
	return hits, nil
}
