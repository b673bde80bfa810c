package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
)

// Throw makes a generator for this task alone, from a hash of the seed and the task's number.
func Throw(seed, task, count int) (hits int, err error) {
	h := sha256.Sum256(fmt.Appendf(nil, "seed %d task %d", seed, task))
	random := rand.New(rand.NewPCG(binary.LittleEndian.Uint64(h[:]), binary.LittleEndian.Uint64(h[8:])))
	for range count {
		x, y := random.Float64(), random.Float64()
		if x*x+y*y < 1 {
			hits++
		}
	}
	return hits, nil
}
