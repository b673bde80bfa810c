package mpi_test

import (
	"runtime"
	"testing"

	"example.com/lockstep/examples/mpi/mpi"
)

// Garbage is collected without pause during 20,000 reductions; all of them are right. On one core they are fewer.
func TestAllreduceDuringCollections(t *testing.T) { testRole(t, 2, "gc") }

func init() {
	roles["gc"] = func(world *mpi.Comm) error {
		due, stopped := make(chan struct{}, 1), make(chan struct{})
		go func() {
			defer close(stopped)
			for range due {
				runtime.GC()
			}
		}()
		var c check
		n := 20_000
		if runtime.NumCPU() == 1 {
			n = 500 // a rank that polls keeps the other from its turn, for milliseconds
		}
		for i := range n {
			select {
			case due <- struct{}{}:
			default: // the last collection is still going on
			}
			in, out := []int{i, world.Rank()}, make([]int, 2)
			if err := mpi.Allreduce(world, in, out, mpi.Sum); err != nil {
				return err
			}
			if out[0] != i*world.Size() || out[1] != 1 {
				c.errorf("reduction %d: %v", i, out)
				break
			}
		}
		close(due)
		<-stopped
		return c.err()
	}
}

func collectAndAllocate(n, size int) [][]byte {
	runtime.GC()
	runtime.GC()
	slices := make([][]byte, n)
	for i := range slices {
		slices[i] = make([]byte, size)
		for j := range slices[i] {
			slices[i][j] = 0xAA
		}
	}
	return slices
}

func countOther(slices [][]byte, want byte) int {
	n := 0
	for _, s := range slices {
		for _, b := range s {
			if b != want {
				n++
			}
		}
	}
	return n
}
