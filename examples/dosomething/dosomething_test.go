package main

import (
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
	j := job{tasks: 10, count: block + 1, seed: 7}
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
		got, err := j.inProcesses(ctx, p, nil)
		check(fmt.Sprintf("%d processes", p), got, err)
		got, err = j.inGoroutines(ctx, p)
		check(fmt.Sprintf("%d goroutines", p), got, err)
	}
	got, err := j.oneEach(ctx, 3, nil, new(census))
	check("a process each", got, err)
}

// TestExercise holds that the same darts hit, whoever throws them.
func TestExercise(t *testing.T) {
	t.Parallel()
	j := job{tasks: 10, count: 1000, seed: 7}
	var want []int
	for p := 1; p <= 9; p++ {
		got, err := j.hits(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		if p == 1 {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d processes: %v, want %v", p, got, want)
		}
	}
}

// TestReturned holds that what comes down the pipes is what the streams make.
func TestReturned(t *testing.T) {
	t.Parallel()
	j := job{tasks: 3, count: 2*block + 1, seed: 7}
	lists, err := j.returned(context.Background(), 2)
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range lists {
		random := stream(j.seed, i+1)
		differs := func(x float64) bool { return x != random.Float64() }
		if len(got) != j.count || slices.ContainsFunc(got, differs) {
			t.Errorf("task %d: %d numbers, or not those of its stream", i+1, len(got))
		}
	}
}

// TestLimit holds that at most m processes are alive, and that m of them are at the same time.
func TestLimit(t *testing.T) {
	t.Parallel()
	for m := 1; m <= 4; m++ {
		var alive census
		held := newGate(m, func() {})
		j := job{tasks: 5, count: 1}
		if _, err := j.oneEach(context.Background(), m, held, &alive); err != nil {
			t.Fatal(err)
		}
		if alive.most != m || alive.started != j.tasks {
			t.Errorf("m=%d: %d alive at a time, %d started", m, alive.most, alive.started)
		}
	}
}

// TestTimeLimit lets the time of the hanging task run out when the others have answered: it alone
// is ended, and says why.
func TestTimeLimit(t *testing.T) {
	t.Parallel()
	late := errors.New("late")
	others := make(chan bool)
	j := job{tasks: 3, count: 10}
	_, errs := j.eachInTime(2, 2, func(task int) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancelCause(context.Background())
		if task != 2 {
			return ctx, func() { cancel(nil); others <- true }
		}
		go func() {
			<-others
			<-others
			cancel(late)
		}()
		return ctx, func() { cancel(nil) }
	})
	if errs[0] != nil || !errors.Is(errs[1], late) || errs[2] != nil {
		t.Errorf("errors %v, want only the second: late", errs)
	}
}

// TestWrongAnswer has a child answer what was not asked for.
func TestWrongAnswer(t *testing.T) {
	t.Parallel()
	j := job{tasks: 2, count: 3}
	err := j.share(context.Background(), 2, "sameseed-child", nil, func(w *worker, task int) error {
		_, err := w.ask(task)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), `the answer is "0.`) {
		t.Errorf("a wrong answer: %v", err)
	}
}

// TestCancelledGoroutines holds that tasks of hours end when their context is done. Nobody can
// kill a goroutine: it has to look.
func TestCancelledGoroutines(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(10*time.Millisecond, cancel) // whenever that is: it ends the test, not the proof
	j := job{tasks: 4, count: 1 << 50}
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
