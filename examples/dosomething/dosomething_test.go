package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
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

// TestKilledAtEveryStep kills a process before each task that it is to do: it is named, and the
// others end as well.
func TestKilledAtEveryStep(t *testing.T) {
	t.Parallel()
	j := job{tasks: 6, count: 10}
	for victim := 1; victim <= j.tasks; victim++ {
		err := j.share(context.Background(), 2, "task-child", nil, func(w *worker, task int) error {
			if task == victim {
				w.cmd.Process.Kill()
			}
			_, err := w.ask(task)
			return err
		})
		want := fmt.Sprintf("process %d: ", 2-victim%2)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("killed before task %d: %v, want %s", victim, err, want)
		}
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

// TestParentKilled kills the parent at some time while its children are about to start, start, or
// work for minutes. All of them hold its standard error: its end is theirs.
func TestParentKilled(t *testing.T) {
	t.Parallel()
	const tries, patience = 8, 2 * time.Second
	for try := range tries {
		for _, variant := range []string{"processes", "limit"} {
			cmd := self(variant, "-k", "3", "-count", "1000000000")
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			cmd.Stdout, cmd.Stderr = nil, w
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			w.Close()
			time.Sleep(time.Duration(try*try) * time.Millisecond)
			cmd.Process.Kill()
			cmd.Wait()
			if err := r.SetReadDeadline(time.Now().Add(patience)); err != nil {
				t.Skip(err)
			}
			if _, err := io.Copy(io.Discard, r); err != nil {
				t.Errorf("%s, killed in try %d: a child is alive: %v", variant, try, err)
			}
			r.Close()
		}
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

// FuzzAnswer holds that an answer is the task's number and a mean, or an error.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		"3 0.5", "3", "", "3 ", "4 0.5", "3 NaN", "3 -0", "3 1",
		"3 0.5 ", " 3 0.5", "3 0x1p-2", "3 1e-400",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		mean, err := parseAnswer(line, 3)
		if err == nil && (!(mean >= 0 && mean < 1) || !strings.HasPrefix(line, "3 ")) {
			t.Errorf("%q is taken for %v", line, mean)
		}
		if err != nil && len(err.Error()) > 300 {
			t.Errorf("an error of %d bytes", len(err.Error()))
		}
	})
}

// FuzzNumbers holds that numbers arrive as they were written, or that what is missing is an error.
func FuzzNumbers(f *testing.F) {
	f.Add([]byte("12345678"), 1)
	f.Add([]byte("1234567"), 1)
	f.Add([]byte{}, 0)
	f.Add([]byte{}, 1<<60)
	f.Add(bytes.Repeat([]byte("x"), 8*block+8), block+1)
	f.Fuzz(func(t *testing.T, raw []byte, count int) {
		if count < 0 {
			return
		}
		all, err := readNumbers(bytes.NewReader(raw), count)
		if (err == nil) != (count <= len(raw)/8) {
			t.Fatalf("%d of %d bytes: %v", len(raw), count, err)
		}
		if err != nil {
			return
		}
		var out bytes.Buffer
		next := 0
		err = writeNumbers(&out, func() float64 { next++; return all[next-1] }, count)
		if err != nil || !bytes.Equal(out.Bytes(), raw[:8*count]) {
			t.Errorf("written again, %d numbers differ: %v", count, err)
		}
	})
}
