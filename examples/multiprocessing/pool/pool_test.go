package pool_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/lockstep/examples/multiprocessing/pool"
)

func TestMain(m *testing.M) {
	os.Setenv("GORACE", "atexit_sleep_ms=0") // or a worker with the race detector takes a second to exit
	pool.Serve()
	if len(os.Args) > 2 && os.Args[1] == "parent" {
		parents[os.Args[2]](os.Args[2])
	}
	os.Exit(m.Run())
}

// parents are programs with a pool that tests start: to be killed, or to have something taken away.
var parents = map[string]func(what string){}

var (
	square = pool.Func("square", func(_ context.Context, n int) (int, error) { return n * n, nil })
	fails  = pool.Func("fails", func(_ context.Context, n int) (int, error) {
		if n%3 == 0 {
			return 0, fmt.Errorf("%d is no good", n)
		}
		return n, nil
	})
	pid = pool.Func("pid", func(_ context.Context, n int) (int, error) { return os.Getpid(), nil })
	// wait waits until the file it is given exists, or its context ends.
	wait = pool.Func("wait", func(ctx context.Context, file string) (string, error) {
		for {
			if _, err := os.Stat(file); err == nil {
				return file, nil
			}
			select {
			case <-ctx.Done():
				return "", ctx.Err()
			case <-time.After(time.Millisecond):
			}
		}
	})
)

// newPool returns a pool that is closed at the end of the test, and then has left nothing behind.
func newPool(t testing.TB, options ...pool.Option) *pool.Pool {
	t.Helper()
	p, err := pool.New(context.Background(), append([]pool.Option{pool.Workers(2)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func numbers(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func TestMapKeepsOrder(t *testing.T) {
	for _, n := range []int{0, 1, 20_000} {
		for _, options := range [][]pool.Option{nil, {pool.Window(1)}, {pool.Window(7)}, {pool.NoRecorder}, {pool.TasksPerWorker(max(1, n/3))}} {
			p := newPool(t, options...)
			i := 0
			for sq, err := range square.Map(t.Context(), p, numbers(n)) {
				if err != nil || sq != i*i {
					t.Fatalf("task %d: %d, %v", i, sq, err)
				}
				if i++; i == 5000 && len(options) > 0 {
					break
				}
			}
			if i != n && i != 5000 {
				t.Errorf("%d answers to %d inputs", i, n)
			}
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestUnorderedAnswersEachOnce(t *testing.T) {
	p := newPool(t)
	const n = 20_000
	seen := make([]bool, n)
	answers := 0
	for v, err := range fails.Unordered(t.Context(), p, numbers(n)) {
		i := v
		if err != nil {
			var e *pool.TaskError
			if !errors.As(err, &e) || e.Index%3 != 0 || e.Func != "fails" {
				t.Fatal(err)
			}
			var remote *pool.RemoteError
			if i = e.Index; !errors.As(err, &remote) || remote.Text != fmt.Sprintf("%d is no good", i) {
				t.Fatal(err)
			}
		}
		if seen[i] {
			t.Fatalf("task %d was answered twice", i)
		}
		seen[i] = true
		answers++
	}
	if answers != n {
		t.Errorf("%d answers to %d inputs", answers, n)
	}
}

func TestSubmitAndCall(t *testing.T) {
	p := newPool(t)
	var futures []*pool.Future[int]
	for i := range 100 {
		futures = append(futures, square.Submit(t.Context(), p, i))
	}
	for i, f := range futures {
		if v, err := f.Wait(t.Context()); v != i*i || err != nil {
			t.Errorf("%d: %d, %v", i, v, err)
		}
	}
	if v, err := square.Call(t.Context(), p, 12); v != 144 || err != nil {
		t.Error(v, err)
	}
	_, err := fails.Call(t.Context(), p, 3)
	if err == nil || err.Error() != "fails: 3 is no good" {
		t.Error(err)
	}
}

func TestManyCallersAtOnce(t *testing.T) {
	p := newPool(t, pool.Workers(3))
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			if g%2 == 0 {
				for i := range 200 {
					if v, err := square.Call(t.Context(), p, i); v != i*i || err != nil {
						t.Error(v, err)
					}
				}
				return
			}
			i := 0
			for v, err := range square.Map(t.Context(), p, numbers(3000)) {
				if v != i*i || err != nil {
					t.Error(i, v, err)
				}
				i++
			}
		})
	}
	wg.Wait()
}

// While one task blocks, all that were sent to the same worker behind it are moved to the other.
func TestTasksMoveFromABusyWorker(t *testing.T) {
	const window = 100
	p := newPool(t, pool.Window(window))
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	gates := []string{filepath.Join(dir, "first"), filepath.Join(dir, "second")}
	var blocked, behind []*pool.Future[string]
	for _, gate := range gates {
		blocked = append(blocked, wait.Submit(ctx, p, gate))
	}
	each := func(least int) []int {
		t.Helper()
		held := p.Sent()
		for ; slices.Min(held) < least; held = p.Sent() {
			if ctx.Err() != nil {
				t.Fatalf("the workers hold %d tasks, want at least %d each", held, least)
			}
			time.Sleep(time.Millisecond)
		}
		return held
	}
	each(1)
	for range 4 * window {
		behind = append(behind, wait.Submit(ctx, p, "/"))
	}
	// Both workers block. Each is sent tasks until it has more than half a window, and there it stays.
	held := each(window/2 + 1)
	open := func(gate string, f *pool.Future[string]) {
		t.Helper()
		if err := os.WriteFile(gate, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := f.Wait(ctx); got != gate || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
	open(gates[1], blocked[1])
	for _, f := range behind {
		if _, err := f.Wait(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if moved := p.Stats().Moved; moved < slices.Min(held)-1 {
		t.Errorf("%d tasks were moved, of at least %d that the blocked worker held", moved, slices.Min(held)-1)
	}
	open(gates[0], blocked[0])
}

func TestWorkersAreReplaced(t *testing.T) {
	p := newPool(t, pool.Workers(1), pool.TasksPerWorker(3))
	count := map[int]int{}
	for id, err := range pid.Map(t.Context(), p, numbers(9)) {
		if err != nil {
			t.Fatal(err)
		}
		count[id]++
	}
	for id, n := range count {
		if n != 3 {
			t.Errorf("process %d ran %d tasks, want 3", id, n)
		}
	}
	if len(count) != 3 {
		t.Errorf("%d processes, want 3", len(count))
	}
	p.Close()
	if crashed := p.Stats().Crashed; crashed != 0 {
		t.Errorf("%d crashes", crashed)
	}
}

// Leaving the loop leaves nothing behind: what is under way is cancelled, and the pool goes on.
func TestLeavingTheLoop(t *testing.T) {
	p := newPool(t, pool.Grace(time.Minute)) // they end with their context, or the test takes a minute
	for range 5 {
		for range wait.Map(t.Context(), p, slices.Values([]string{"/", "/nowhere", "/nowhere", "/nowhere"})) {
			break
		}
	}
	if v, err := square.Call(t.Context(), p, 3); v != 9 || err != nil {
		t.Error(v, err)
	}
	if s := p.Stats(); s.Started != 2 {
		t.Errorf("tasks that end with their context cost %d workers", s.Started-2)
	}
}

func TestInputsMayBlockAndPanic(t *testing.T) {
	p := newPool(t)
	// Every input depends on the answer to the one before: nothing may wait for company.
	feedback := make(chan int, 1)
	feedback <- 0
	for v, err := range square.Map(t.Context(), p, func(yield func(int) bool) {
		for v := range feedback {
			if v == 100 || !yield(v) {
				return
			}
		}
	}) {
		if err != nil {
			t.Fatal(err)
		}
		root := 0
		for root*root != v {
			root++
		}
		feedback <- root + 1
	}

	defer func() {
		if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), "input 3") {
			t.Errorf("the inputs' panic arrived as %v", r)
		}
	}()
	answers := 0
	for _, err := range square.Map(t.Context(), p, func(yield func(int) bool) {
		for i := range 3 {
			yield(i)
		}
		panic("input 3")
	}) {
		if answers++; err != nil || answers > 3 {
			t.Error(answers, err)
		}
	}
	t.Error("no panic")
}

func TestClosedPool(t *testing.T) {
	p := newPool(t)
	future := wait.Submit(t.Context(), p, "/")
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if _, err := future.Wait(t.Context()); err != nil {
		t.Errorf("a task given before Close: %v", err)
	}
	if _, err := square.Call(t.Context(), p, 1); !errors.Is(err, pool.ErrClosed) {
		t.Error(err)
	}
	answers := 0
	for _, err := range square.Map(t.Context(), p, numbers(10)) {
		if answers++; !errors.Is(err, pool.ErrClosed) {
			t.Error(err)
		}
	}
	if answers != 1 {
		t.Errorf("%d answers from a closed pool, want one that says so", answers)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []pool.Option{
		pool.Workers(0), pool.Workers(-1), pool.Workers(1_000_000), pool.Window(0), pool.TasksPerWorker(0),
		pool.Retry(-1), pool.MaxSize(0), pool.MaxSize(math.MaxInt32), pool.TimeLimit(0), pool.Grace(-1), pool.StartLimit(0),
	} {
		if p, err := pool.New(t.Context(), o); err == nil {
			p.Close()
			t.Error("accepted")
		} else if !strings.Contains(err.Error(), "want") {
			t.Error(err)
		}
	}
}

// leavesNothing returns a function that fails the test if there are more open files and goroutines
// than there are now.
func leavesNothing(t *testing.T) func() {
	t.Helper()
	count := func() (files, goroutines int) {
		if runtime.GOOS == "linux" {
			entries, err := os.ReadDir("/proc/self/fd")
			if err != nil {
				t.Fatal(err)
			}
			files = len(entries)
		}
		return files, runtime.NumGoroutine()
	}
	files, goroutines := count()
	return func() {
		t.Helper()
		var f, g int
		for range 1000 { // goroutines that have nothing left to do may still be on their way out
			if f, g = count(); f <= files && g <= goroutines {
				return
			}
			time.Sleep(time.Millisecond)
		}
		t.Errorf("%d open files, before %d; %d goroutines, before %d", f, files, g, goroutines)
	}
}

func TestNothingIsLeft(t *testing.T) {
	work := func() {
		p, err := pool.New(t.Context(), pool.Workers(2), pool.TasksPerWorker(400), pool.Output(nil, io.Discard))
		if err != nil {
			t.Fatal(err)
		}
		for range square.Map(t.Context(), p, numbers(1000)) {
		}
		exit.Call(t.Context(), p, 3)
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
	work() // the first opens what the program keeps
	check := leavesNothing(t)
	for range 3 {
		work()
	}
	check()
}

// A loop that is slow is not overrun: neither by many results nor by large ones.
func TestMapIsNotFarAhead(t *testing.T) {
	for name, tt := range map[string]struct {
		size, enough, most, loops int
	}{
		"many": {1, 16_000, 16_384, 2000},
		// Less than 64 MiB of results that are there, and two tasks for each worker.
		"large": {1 << 20, 60, 63 + 4, 100},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPool(t, pool.Workers(2))
			var taken atomic.Int64
			yielded := 0
			for b, err := range huge.Map(t.Context(), p, func(yield func(int) bool) {
				for taken.Add(1); yield(tt.size); taken.Add(1) {
				}
			}) {
				if len(b) != tt.size || err != nil {
					t.Fatal(len(b), err)
				}
				yielded++
				// Until it is as far ahead as it will be. The first answer comes alone, the next ones
				// together: what the loop has been handed counts until it has been yielded. (More looks
				// than one, as it must not go on; too few of them would overlook a fault, and find none.)
				for quiet, before := 0, 0; yielded <= 3 && quiet < 20; {
					time.Sleep(time.Millisecond)
					now := int(taken.Load())
					if quiet++; now < tt.enough || now != before || p.Pending() > 0 {
						quiet, before = 0, now
					}
				}
				if ahead := int(taken.Load()) - yielded; ahead > tt.most {
					t.Fatalf("%d inputs ahead after %d answers, want at most %d", ahead, yielded, tt.most)
				}
				if yielded == tt.loops {
					break
				}
			}
		})
	}
}

// Inputs that wait for the answers to all that went before: none of those may be kept back, neither by
// the Map nor by a worker, however many they are.
func TestInputsThatWaitForAnswers(t *testing.T) {
	p := newPool(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	answers := make(chan int, 10_000)
	given := 0
	for v, err := range square.Unordered(ctx, p, func(yield func(int) bool) {
		for round := range 2000 {
			n := 1 + round*round%97
			for range n {
				if given++; !yield(1) {
					return
				}
			}
			for range n {
				select {
				case <-answers:
				case <-ctx.Done():
					return
				}
			}
		}
	}) {
		if v != 1 || err != nil {
			t.Fatalf("%d, %v, after %d inputs", v, err, given)
		}
		answers <- v
	}
	if ctx.Err() != nil {
		t.Error(ctx.Err())
	}
}

// Tasks that take longer than a window's worth of work travel one at a time.
func TestLongTasksTravelAlone(t *testing.T) {
	p := newPool(t)
	for _, err := range long.Map(t.Context(), p, numbers(20)) {
		if err != nil {
			t.Fatal(err)
		}
		if held := p.Sent(); slices.Max(held) > 1 {
			t.Fatalf("the workers hold %d tasks, want one at most", held)
		}
	}
}

// long takes longer than what a worker is given to do at once, on any machine.
var long = pool.Func("long", func(_ context.Context, n int) (int, error) {
	for start := time.Now(); time.Since(start) < 5*time.Millisecond; {
	}
	return n, nil
})

// A task that blocks is sent together with others of its Map: they are run all the same, before it ends,
// as there is another worker.
func TestNoTaskWaitsBehindAnother(t *testing.T) {
	const window, first, tasks = 100, 60, 400
	p := newPool(t, pool.Window(window))
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	open := func(gate string) {
		if err := os.WriteFile(gate, nil, 0o600); err != nil {
			t.Error(err)
		}
	}
	hold := func(least int) {
		t.Helper()
		for slices.Min(p.Sent()) < least {
			if time.Sleep(time.Millisecond); ctx.Err() != nil {
				t.Fatalf("the workers hold %d tasks, want at least %d each", p.Sent(), least)
			}
		}
	}
	last := filepath.Join(dir, "last")
	warm, goOn := make(chan struct{}), make(chan struct{})
	var loop sync.WaitGroup
	defer loop.Wait()
	loop.Go(func() {
		answers := 0
		for file, err := range wait.Unordered(ctx, p, func(yield func(string) bool) {
			for i := range tasks {
				file := "/"
				switch i {
				case first:
					select {
					case <-goOn:
					case <-ctx.Done():
					}
				case first + 10:
					file = last
				}
				if !yield(file) {
					return
				}
			}
		}) {
			answers++
			if err != nil || (file == last) != (answers == tasks) {
				t.Errorf("answer %d is %q, %v", answers, file, err)
				return
			}
			switch answers {
			case first: // by now it may be far ahead
				close(warm)
			case tasks - 1:
				open(last)
			}
		}
	})
	// Both workers block while the other tasks are sent, so that many are sent together.
	select {
	case <-warm:
	case <-ctx.Done():
		t.Fatal("the first answers have not come")
	}
	var blocked []*pool.Future[string]
	for range 2 {
		blocked = append(blocked, wait.Submit(ctx, p, filepath.Join(dir, "start")))
	}
	hold(1)
	close(goOn)
	hold(window/2 + 1)
	open(filepath.Join(dir, "start"))
	loop.Wait()
	for _, f := range blocked {
		if _, err := f.Wait(ctx); err != nil {
			t.Error(err)
		}
	}
	if p.Stats().Moved == 0 {
		t.Error("no task was moved from the worker that was blocked")
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
