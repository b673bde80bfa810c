// want: the same seed gives other darts in a second run
package main

import "math/rand/v2"

// Throw uses the generator that seeds itself.
func Throw(seed, task, count int) (hits int, err error) {
	for range count {
		x, y := rand.Float64(), rand.Float64()
		if x*x+y*y < 1 {
			hits++
		}
	}
	return hits, nil
}
