package mpi

import (
	"runtime"
	"sync/atomic"
	"testing"
)

// A rank that does nothing but call MPI comes by the scheduler.
func TestCallsYield(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var ran atomic.Bool
	go ran.Store(true)
	// Now and then the scheduler prefers the one that yields, but not twice in a row.
	for range 2 {
		new(yielder).yield()
	}
	if !ran.Load() {
		t.Error("a goroutine that was ready has not run")
	}
}
