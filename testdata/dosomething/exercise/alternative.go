package main

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
)

// Throw uses another generator, ChaCha8, which takes 32 bytes of seed: there is room for both.
func Throw(seed, task, count int) (int, error) {
	var key [32]byte
	binary.BigEndian.PutUint64(key[:], uint64(seed))
	binary.BigEndian.PutUint64(key[8:], uint64(task))
	darts := rand.New(rand.NewChaCha8(key))
	misses := 0
	for i := 0; i < count; i++ {
		if math.Hypot(darts.Float64(), darts.Float64()) >= 1 {
			misses++
		}
	}
	return count - misses, nil
}
