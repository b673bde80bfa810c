package mpi

import (
	"bytes"
	"encoding/gob"
	"errors"
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

// Bytes that are no value are an error, and no panic.
func FuzzDecode(f *testing.F) {
	type pair struct {
		Name string
		X    []float64
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(map[string]pair{"a": {"p", []float64{1, 2}}}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := decode[map[string]pair]("", data); err == nil && len(data) == 0 {
			t.Error("nothing was decoded without an error")
		}
	})
}

// What a value loses on its way is what the documentation says.
func TestWhatGobLeavesOut(t *testing.T) {
	type value struct {
		X, y int
		P    *int
		S    []int
	}
	data, err := encode("SendValue", value{1, 2, new(int), []int{}})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := decode[value]("RecvValue", data); err != nil || got.X != 1 || got.y != 0 || got.P != nil || got.S != nil {
		t.Errorf("got %+v, %v", got, err)
	}
}

// What gob panics at is an error.
func TestANilPointerIsNoValue(t *testing.T) {
	if _, err := encode[*int]("SendValue", nil); !errors.Is(err, ErrType) {
		t.Errorf("a nil pointer: %v, want %v", err, ErrType)
	}
}

// Polled returns how many blocking functions this rank replaces by polling.
func Polled() int { return len(waits) }
