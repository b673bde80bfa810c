// want: must not depend on who does it
package main

import "math/rand/v2"

var random *rand.Rand

// Throw makes one generator for each process, and goes on with it in the next task.
func Throw(seed, task, count int) (hits int, err error) {
	if random == nil {
		random = rand.New(rand.NewPCG(uint64(seed), uint64(task)))
	}
	for range count {
		x, y := random.Float64(), random.Float64()
		if x*x+y*y < 1 {
			hits++
		}
	}
	return hits, nil
}
