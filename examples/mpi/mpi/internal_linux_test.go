//go:build amd64 || arm64

package mpi

import (
	"io"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

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

func TestDrain(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if _, err := w.WriteString("output"); err != nil {
		t.Fatal(err)
	}
	if got := drain(time.Millisecond, w); got != len("output") {
		t.Errorf("nobody reads: %d bytes left, want %d", got, len("output"))
	}
	drained := make(chan int)
	go func() { drained <- drain(time.Minute, w, w) }()
	if _, err := io.ReadFull(r, make([]byte, len("output"))); err != nil {
		t.Fatal(err)
	}
	if got := <-drained; got != 0 {
		t.Errorf("all was read: %d bytes left", got)
	}
	if _, err := w.WriteString("more"); err != nil {
		t.Fatal(err)
	}
	r.Close()
	if got := drain(time.Minute, w); got != 0 {
		t.Errorf("nobody can read: %d bytes left", got)
	}
	file, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if got := drain(time.Minute, file); got != 0 {
		t.Errorf("no pipe: %d bytes left", got)
	}
}
