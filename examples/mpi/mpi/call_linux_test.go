//go:build amd64 || arm64

package mpi

import (
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/ebitengine/purego"
)

// Who gets the processor from a rank that comes by the scheduler may call MPI: the rank is outside.
func TestYieldsOutside(t *testing.T) {
	libc, err := purego.Dlopen("libc.so.6", purego.RTLD_NOW)
	if err != nil {
		t.Skip(err)
	}
	abs, err := purego.Dlsym(libc, "abs")
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	level := state.level
	state.level = Serialized
	state.running.Store(true)
	defer func() {
		state.running.Store(false)
		state.level = level
	}()
	var calls atomic.Int64
	outside := make(chan bool, 1)
	go func() {
		// A look counts if it comes after another call: the kernel may keep the caller inside one for long.
		for looks, last := 0, int64(0); looks < 100; runtime.Gosched() {
			if state.inside.Load() == 0 {
				outside <- true
				return
			}
			if n := calls.Load(); n > last {
				looks, last = looks+1, n
			}
		}
		outside <- false
	}()
	for len(outside) == 0 {
		calls.Add(1)
		if err := call8("abs", abs, 0, 0, 0, 0, 0, 0, 0, 0); err != nil {
			t.Fatal(err)
		}
	}
	if !<-outside {
		t.Error("each time another goroutine ran, this one was inside a call")
	}
}
