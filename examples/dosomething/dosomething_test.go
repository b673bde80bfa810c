package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestEqual holds that the means are those of the serial run, bit for bit, whoever made them.
func TestEqual(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	j := job{tasks: 10, count: 4097, seed: 7}
	want, err := j.serially(ctx)
	if err != nil {
		t.Fatal(err)
	}
	check := func(by string, got []float64, err error) {
		t.Helper()
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v; want %v", by, got, err, want)
		}
	}
	for p := 1; p <= 9; p++ {
		if testing.Short() && p%4 != 1 {
			continue
		}
		got, err := j.inProcesses(ctx, p, 0)
		check(fmt.Sprintf("%d processes", p), got, err)
		got, err = j.inGoroutines(ctx, p)
		check(fmt.Sprintf("%d goroutines", p), got, err)
	}
	for p := 1; p <= 4; p++ {
		got, most, err := j.oneEach(ctx, p)
		check("a process each", got, err)
		if most != p {
			t.Errorf("a process each, at most %d at a time: %d were alive", p, most)
		}
	}
}

// TestReturned holds that what comes down the pipes is what the streams make, and that a pipe that
// ends too soon is noticed.
func TestReturned(t *testing.T) {
	t.Parallel()
	const count = 3*512 + 1
	for i, from := range startSenders(3, count, 7) {
		got, err := readNumbers(from, count)
		random := stream(7, i+1)
		differs := func(x float64) bool { return x != random.Float64() }
		if err != nil || len(got) != count || slices.ContainsFunc(got, differs) {
			t.Errorf("task %d: %d numbers, %v, or not those of its stream", i+1, len(got), err)
		}
	}
	if _, err := readNumbers(strings.NewReader("12345678123"), 2); err == nil || err.Error() != "1 numbers of 2: unexpected EOF" {
		t.Errorf("a number cut short: %v", err)
	}
}

// FuzzReadNumbers holds that what was read is what was there, and nothing is read that was not.
func FuzzReadNumbers(f *testing.F) {
	f.Add([]byte("1234567812345678"), 2)
	f.Add([]byte("123"), 1)
	f.Add([]byte{}, 0)
	f.Fuzz(func(t *testing.T, raw []byte, count int) {
		if count < 0 || count > 1000 {
			t.Skip()
		}
		numbers, err := readNumbers(bytes.NewReader(raw), count)
		if (err == nil) != (len(raw) >= 8*count) || err == nil && len(numbers) != count {
			t.Errorf("%d bytes, %d numbers wanted: %d, %v", len(raw), count, len(numbers), err)
		}
		next := 0
		var again bytes.Buffer
		if err := writeNumbers(&again, func() float64 { next++; return numbers[next-1] }, len(numbers)); err != nil {
			t.Error(err)
		}
		if !bytes.HasPrefix(raw, again.Bytes()) {
			t.Errorf("written again they are %x, want %x", again.Bytes(), raw)
		}
	})
}

// TestCancelledGoroutines holds that tasks of hours end when their context is done. Nobody can
// kill a goroutine: it has to look.
func TestCancelledGoroutines(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(10*time.Millisecond, cancel) // whenever that is: it ends the test, not the proof
	j := job{tasks: 4, count: 1 << 30}
	if _, err := j.inGoroutines(ctx, 2); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestNeighbours holds what stream says of seeds that differ by one: used as they are, the states
// share their lower half for ever; hashed, they don't.
func TestNeighbours(t *testing.T) {
	lower := func(source *rand.PCG) string {
		for range 1000 {
			source.Uint64()
		}
		state, err := source.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		return string(state[len(state)-8:])
	}
	if lower(rand.NewPCG(7+1, 0)) != lower(rand.NewPCG(7+2, 0)) {
		t.Error("the states of NewPCG(8, 0) and NewPCG(9, 0) have no half in common")
	}
	seen := map[string]int{}
	for task := range 1000 {
		first := fmt.Sprint(stream(7, task).Uint64())
		if other, ok := seen[first]; ok {
			t.Errorf("tasks %d and %d begin with the same number", other, task)
		}
		seen[first] = task
	}
}
