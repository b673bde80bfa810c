package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/internal/script"
)

func TestMain(m *testing.M)    { program().Play(); script.Main(m, "dosomething", main) }
func TestScripts(t *testing.T) { script.Run(t, "dosomething") }
func TestNothingIsLeft(t *testing.T) {
	script.NothingIsLeft(t, map[string]string{"processes": few, "goroutines": few})
}
func TestSweep(t *testing.T) {
	script.Sweep(t, script.SweepArgs("processes", few), script.SweepArgs("goroutines", few))
}

// few makes a job that is done soon.
const few = "-k 4 -count 1000"

// serially does a job's tasks one after the other.
func serially(j job) (means []float64) {
	for task := 1; task <= j.tasks; task++ {
		mean, err := do(context.Background(), stream(j.seed, task), j.count)
		lockstep.Check(err)
		means = append(means, mean)
	}
	return means
}

// The means are those of the serial run, bit for bit, whoever made them.
func TestEqual(t *testing.T) {
	t.Parallel()
	j := job{tasks: 10, count: 4097, seed: 7}
	want := serially(j)
	workers := j.startWorkers(9)
	defer lockstep.EndAll(workers...)
	for p := 1; p <= 9; p++ {
		if got, err := deal(workers[:p], j.tasks, func() {}); err != nil || !slices.Equal(parse(got), want) {
			t.Errorf("%d processes: %v, %v; want %v", p, got, err, want)
		}
		if got, err := j.inGoroutines(context.Background(), p); err != nil || !slices.Equal(got, want) {
			t.Errorf("%d goroutines: %v, %v; want %v", p, got, err, want)
		}
	}
}

// What was read is what was there, and too little is an error.
func FuzzReadNumbers(f *testing.F) {
	f.Add([]byte("1234567812345678"), 2)
	f.Add([]byte("123"), 1)
	f.Add([]byte{}, 0)
	f.Fuzz(func(t *testing.T, raw []byte, count int) {
		if count < 0 || count > 1000 {
			t.Skip()
		}
		numbers, err := readNumbers(bytes.NewReader(raw), count)
		if (err == nil) != (len(raw) >= 8*count) {
			t.Errorf("%d bytes, %d numbers wanted: %v", len(raw), count, err)
		}
		var again bytes.Buffer
		if binary.Write(&again, binary.LittleEndian, numbers); err == nil && !bytes.HasPrefix(raw, again.Bytes()) {
			t.Errorf("written again they are %x, want %x", again.Bytes(), raw)
		}
	})
}

// Tasks of hours end when their context is done. Nobody can kill a goroutine: it has to look.
func TestCancelledGoroutines(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(10*time.Millisecond, cancel) // whenever that is: it ends the test, not the proof
	j := job{tasks: 4, count: 1 << 30}
	if _, err := j.inGoroutines(ctx, 2); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// What stream says of seeds that differ by one: used as they are, the states share their lower half
// for ever.
func TestNeighbours(t *testing.T) {
	lower := func(source *rand.PCG) string {
		for range 1000 {
			source.Uint64()
		}
		state, err := source.MarshalBinary()
		lockstep.Check(err)
		return string(state[len(state)-8:])
	}
	if lower(rand.NewPCG(7+1, 0)) != lower(rand.NewPCG(7+2, 0)) {
		t.Error("the states of NewPCG(8, 0) and NewPCG(9, 0) have no half in common")
	}
}
