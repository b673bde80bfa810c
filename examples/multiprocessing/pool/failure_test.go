package pool_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.com/lockstep/examples/multiprocessing/pool"
)

type refuser struct{ Where string }

func (r refuser) MarshalBinary() ([]byte, error) {
	switch r.Where {
	case "encode":
		return nil, errors.New("cannot be encoded")
	case "panic":
		panic("in MarshalBinary")
	}
	return []byte(r.Where), nil
}

func (r *refuser) UnmarshalBinary(b []byte) error {
	if string(b) == "decode" {
		return errors.New("cannot be decoded")
	}
	r.Where = string(b)
	return nil
}

var (
	exit = pool.Func("exit", func(_ context.Context, code int) (int, error) {
		fmt.Fprintf(os.Stderr, "about to exit with %d\n", code)
		os.Exit(code)
		return 0, nil
	})
	panics = pool.Func("panics", func(_ context.Context, how string) (int, error) {
		switch how {
		case "value":
			panic("oh no")
		case "nil map":
			var m map[string]int
			//lint:ignore SA5000 the panic is the subject
			m["a"] = 1
		case "goexit":
			runtime.Goexit()
		case "goroutine":
			go func() { panic("in a goroutine") }()
			select {}
		}
		return 0, nil
	})
	huge = pool.Func("huge", func(_ context.Context, n int) ([]byte, error) { return make([]byte, n), nil })
	size = pool.Func("size", func(_ context.Context, b []byte) (int, error) { return len(b), nil })
	echo = pool.Func("echo", func(_ context.Context, r refuser) (refuser, error) {
		if r.Where == "result" {
			r.Where = "encode"
		}
		return r, nil
	})
	channel = pool.Func("channel", func(_ context.Context, c chan int) (int, error) { return 0, nil }, pool.Gob)
	prints  = pool.Func("prints", func(_ context.Context, n int) (int, error) {
		fmt.Println("to the standard output")
		fmt.Fprintln(os.Stderr, "to the standard error")
		_, err := io.ReadAll(os.Stdin)
		return n, err
	})
	// stubborn takes how it goes on when it is cancelled, and perhaps a file to create as it begins.
	stubborn = pool.Func("stubborn", func(ctx context.Context, how string) (int, error) {
		how, file, _ := strings.Cut(how, " ")
		if file != "" {
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				return 0, err
			}
		}
		switch how {
		case "context":
			<-ctx.Done()
			return 0, ctx.Err()
		case "finish":
			<-ctx.Done()
			return 7, nil
		case "ignore":
			signal.Ignore(syscall.SIGTERM)
		}
		for {
			time.Sleep(time.Hour)
		}
	})
	setUp = pool.Func("setUp", func(_ context.Context, v string) (int, error) {
		switch v {
		case "fail":
			return 0, errors.New("no licence")
		case "exit":
			fmt.Fprintln(os.Stderr, "giving up")
			os.Exit(9)
		}
		os.Setenv("SET_UP", v)
		return 0, nil
	})
	setting = pool.Func("setting", func(_ context.Context, _ struct{}) (string, error) { return os.Getenv("SET_UP"), nil })
)

var lateFunc = sync.OnceValue(func() *pool.Function[int, int] {
	return pool.Func("late", func(context.Context, int) (int, error) { return 0, nil })
})

// bounded fails the test if f takes longer than any of these should.
func bounded(t *testing.T, f func()) {
	t.Helper()
	start := time.Now()
	f()
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("took %v", d)
	}
}

// A task that goes wrong is answered with an error of its own type, and the next one runs.
func TestBadTasks(t *testing.T) {
	p := newPool(t, pool.Workers(1), pool.MaxSize(1<<20), pool.Grace(20*time.Millisecond), pool.Output(nil, nil))
	call := func(in string, f func() error) error {
		t.Helper()
		err := f()
		var e *pool.TaskError
		if !errors.As(err, &e) {
			t.Errorf("%s: %T %v is no TaskError", in, err, err)
		}
		if v, err := square.Call(t.Context(), p, 3); v != 9 || err != nil {
			t.Errorf("after %s: %d, %v", in, v, err)
		}
		return err
	}
	ctx := t.Context()

	var crash *pool.CrashError
	err := call("exit", func() error { _, err := exit.Call(ctx, p, 3); return err })
	if !errors.As(err, &crash) || crash.State.ExitCode() != 3 || !strings.Contains(crash.Stderr, "about to exit with 3") {
		t.Errorf("exit: %v, %+v", err, crash)
	}
	err = call("goroutine", func() error { _, err := panics.Call(ctx, p, "goroutine"); return err })
	if !errors.As(err, &crash) || crash.State.ExitCode() != 2 || !strings.Contains(crash.Stderr, "panic: in a goroutine") {
		t.Errorf("panic in a goroutine: %v, %+v", err, crash)
	}

	for how, want := range map[string]string{
		"value": "oh no", "nil map": "assignment to entry in nil map", "goexit": "the task called runtime.Goexit",
	} {
		var e *pool.PanicError
		err := call(how, func() error { _, err := panics.Call(ctx, p, how); return err })
		if !errors.As(err, &e) || e.Value != want || !strings.Contains(e.Stack, "failure_test.go") {
			t.Errorf("%s: %v", how, err)
		}
	}

	for _, where := range []string{"encode", "panic", "decode", "result"} {
		var e *pool.CodecError
		err := call(where, func() error { _, err := echo.Call(ctx, p, refuser{where}); return err })
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", where, err)
		}
	}
	var codec *pool.CodecError
	if err := call("channel", func() error { _, err := channel.Call(ctx, p, nil); return err }); !errors.As(err, &codec) {
		t.Error(err)
	}

	var big *pool.SizeError
	err = call("1 GiB result", func() error { _, err := huge.Call(ctx, p, 1<<30); return err })
	if !errors.As(err, &big) || big.What != "result" || big.Size != 1<<30+1 || big.Max != 1<<20 {
		t.Errorf("1 GiB: %v", err)
	}
	err = call("argument", func() error { _, err := size.Call(ctx, p, make([]byte, 1<<20)); return err })
	if !errors.As(err, &big) || big.What != "argument" {
		t.Errorf("argument: %v", err)
	}
	if n, err := size.Call(ctx, p, make([]byte, 1<<20-1)); n != 1<<20-1 || err != nil {
		t.Errorf("the largest argument: %d, %v", n, err)
	}
	if b, err := huge.Call(ctx, p, 1<<20-1); len(b) != 1<<20-1 || err != nil {
		t.Errorf("the largest result: %d, %v", len(b), err)
	}

	// This process knows the function, the workers do not.
	late := lateFunc()
	if err := call("late", func() error { _, err := late.Call(ctx, p, 3); return err }); !errors.Is(err, pool.ErrNotRegistered) {
		t.Error(err)
	}
	if s := p.Stats(); s.Started != 3 || s.Crashed != 2 {
		t.Errorf("%+v: want 3 workers, 2 of which crashed", s)
	}
}

// What tasks print arrives, and several workers may share a writer that knows of no other goroutine.
func TestATaskMayPrint(t *testing.T) {
	const tasks, out, err = 100, "to the standard output\n", "to the standard error\n"
	var stdout, both bytes.Buffer
	run := func(options ...pool.Option) {
		p := newPool(t, append(options, pool.TasksPerWorker(tasks/4))...)
		for n, err := range prints.Map(t.Context(), p, slices.Values(slices.Repeat([]int{5}, tasks))) {
			if n != 5 || err != nil {
				t.Error(n, err)
			}
		}
		p.Close()
	}
	run(pool.Output(&stdout, nil))
	if got := stdout.String(); got != strings.Repeat(out, tasks) {
		t.Errorf("%q", got)
	}
	run(pool.Output(&both, &both))
	got := both.String()
	if strings.Count(got, out) != tasks || strings.Count(got, err) != tasks || len(got) != tasks*len(out+err) {
		t.Errorf("%q", got)
	}
}

func TestEnv(t *testing.T) {
	p := newPool(t, pool.Env("SET_UP=outside", "GOMAXPROCS=1"), pool.Env("SET_UP=by the option"))
	if v, err := setting.Call(t.Context(), p, struct{}{}); v != "by the option" || err != nil {
		t.Error(v, err)
	}
}

func TestCancel(t *testing.T) {
	for _, how := range []string{"context", "finish", "default", "ignore"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			// A task that ends by itself has all the time it needs; the others are not waited for.
			obeys := how == "context" || how == "finish"
			grace := 50 * time.Millisecond
			if obeys {
				grace = time.Minute
			}
			p := newPool(t, pool.Workers(1), pool.Window(2), pool.Grace(grace))
			ctx, cancel := context.WithCancelCause(t.Context())
			cause := errors.New("not wanted any more")
			begun := filepath.Join(t.TempDir(), "begun")
			first := stubborn.Submit(ctx, p, how+" "+begun)
			behind := square.Submit(t.Context(), p, 4)
			for {
				if _, err := os.Stat(begun); err == nil {
					break
				}
				time.Sleep(time.Millisecond)
			}
			cancel(cause)
			bounded(t, func() {
				v, err := first.Wait(t.Context())
				if how == "finish" {
					if v != 7 || err != nil {
						t.Errorf("a task that finishes all the same: %d, %v", v, err)
					}
				} else if !errors.Is(err, cause) {
					t.Error(err)
				}
			})
			if v, err := behind.Wait(t.Context()); v != 16 || err != nil {
				t.Errorf("the task behind it: %d, %v", v, err)
			}
			want := 2
			if obeys {
				want = 1
			}
			if s := p.Stats(); s.Started != want {
				t.Errorf("%+v, want %d workers in all", s, want)
			}
		})
	}
}

func TestTimeLimit(t *testing.T) {
	t.Parallel()
	// Long enough for a task that computes, on a machine that is busy.
	p := newPool(t, pool.Workers(3), pool.TimeLimit(2*time.Second), pool.Grace(20*time.Millisecond))
	hows := []string{"context", "default", "ignore"}
	i := 0
	for _, err := range stubborn.Map(t.Context(), p, slices.Values(hows)) {
		if !errors.Is(err, pool.ErrTimeLimit) || !errors.Is(err, context.DeadlineExceeded) {
			t.Error(hows[i], err)
		}
		i++
	}
	for i := range 3 {
		if v, err := square.Call(t.Context(), p, i); v != i*i || err != nil {
			t.Error(v, err)
		}
	}
}

// The end of New's context is the end of everything: every task is answered, and Close returns.
func TestEndOfThePool(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	cause := errors.New("that is it")
	p, err := pool.New(ctx, pool.Workers(2), pool.Grace(20*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	answers := 0
	for _, err := range stubborn.Map(t.Context(), p, func(yield func(string) bool) {
		for i := 0; ; i++ {
			if i == 10 {
				cancel(cause)
			}
			if !yield("default") {
				return
			}
		}
	}) {
		answers++
		if !errors.Is(err, cause) {
			t.Fatal(err)
		}
	}
	if answers < 10 {
		t.Errorf("%d answers", answers)
	}
	bounded(t, func() {
		if err := p.Close(); !errors.Is(err, cause) {
			t.Error(err)
		}
	})
}

func TestMapEndsWithItsContext(t *testing.T) {
	t.Parallel()
	p := newPool(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	answers, failed := 0, 0
	for _, err := range square.Map(ctx, p, func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
		}
	}) {
		if answers++; answers == 1000 {
			cancel()
		}
		if failed > 0 && err == nil && answers > 1000 {
			continue // results that were there in time
		}
		if err != nil {
			failed++
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		}
	}
	if failed == 0 {
		t.Error("a sequence that was cut short does not say so")
	}
}

func TestWorkersThatCannotBeStarted(t *testing.T) {
	script := func(text string) string {
		name := filepath.Join(t.TempDir(), "worker.sh")
		writeProgram(t, name, []byte("#!/bin/sh\n"+text))
		return name
	}
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("no program"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		option pool.Option
		want   string
		stderr string
	}{
		"missing":         {pool.Command("/no/such/program"), "no such file", ""},
		"no program":      {pool.Command(text), "exec format error", ""},
		"a directory":     {pool.Command(t.TempDir()), "permission denied", ""},
		"ends":            {pool.Command(script("echo cannot >&2; exit 5")), "exit status 5 before it served", "cannot"},
		"says nothing":    {pool.Command(script("exec sleep 1000")), "has not served within", ""},
		"talks nonsense":  {pool.Command(script("echo this is no frame >&4; exec sleep 1000")), "malformed frame", ""},
		"init fails":      {pool.Init(setUp, "fail"), "initialise: setUp: no licence", ""},
		"init crashes":    {pool.Init(setUp, "exit"), "ended in its initialiser", "giving up"},
		"init is refused": {pool.Init(channel, nil), "encode argument", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if runtime.GOOS == "windows" {
				t.Skip("the scripts need a Unix shell")
			}
			limit := time.Minute // for who is expected to end by itself
			if name == "says nothing" {
				limit = 100 * time.Millisecond
			}
			bounded(t, func() {
				p, err := pool.New(t.Context(), pool.Workers(2), tt.option,
					pool.StartLimit(limit), pool.Output(nil, io.Discard))
				var e *pool.StartError
				if !errors.As(err, &e) {
					t.Errorf("%v, %v", p, err)
				} else if !strings.Contains(err.Error(), tt.want) || !strings.Contains(e.Stderr, tt.stderr) {
					t.Errorf("%v, stderr %q; want %q, %q", err, e.Stderr, tt.want, tt.stderr)
				}
			})
		})
	}
}

// writeProgram writes a file that is to be run. A child started just now would hold it open for
// writing: text file busy.
func writeProgram(t *testing.T, name string, text []byte) {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(name, text, 0o700); err != nil {
		t.Fatal(err)
	}
}

// A program that cannot be started any more: tasks are answered, in spite of all.
func TestWorkersThatCannotBeStartedAgain(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "program")
	if err := os.Symlink(self, link); err != nil {
		t.Skip(err)
	}
	p := newPool(t, pool.Command(link), pool.Output(nil, io.Discard))
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	bounded(t, func() {
		crashes := 0
		for _, err := range exit.Map(t.Context(), p, numbers(100)) {
			var crash *pool.CrashError
			var start *pool.StartError
			switch {
			case errors.As(err, &crash):
				crashes++
			case !errors.As(err, &start):
				t.Fatal(err)
			}
		}
		if crashes != 2 {
			t.Errorf("%d tasks had a worker", crashes)
		}
	})
	var start *pool.StartError
	if err := p.Close(); !errors.As(err, &start) {
		t.Error(err)
	}
}

// Workers that greet the pool and die of their first task, before it has begun: as if not started.
func TestWorkersThatDieAtOnce(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the worker is a script for a Unix shell")
	}
	const hello = `\012\0\0\0\005\0\0\0\0\0\0\0\0\002`
	p := newPool(t, pool.Workers(1), pool.Output(nil, nil), pool.Command("/bin/sh", "-c",
		"printf '"+hello+"' >&4; head -c 1 <&3 >/dev/null; echo cannot >&2; exit 5"))
	bounded(t, func() {
		for _, err := range square.Map(t.Context(), p, numbers(100)) {
			var start *pool.StartError
			if !errors.As(err, &start) || start.Stderr != "cannot\n" ||
				!strings.HasSuffix(err.Error(), "exit status 5 before it had begun a task") {
				t.Fatal(err)
			}
		}
	})
	if s := p.Stats(); s.Crashed != 5 {
		t.Errorf("%+v: want 5 workers that crashed", s)
	}
}

func TestInit(t *testing.T) {
	p := newPool(t, pool.Init(setUp, "ready"), pool.TasksPerWorker(1))
	for range 3 {
		if v, err := setting.Call(t.Context(), p, struct{}{}); v != "ready" || err != nil {
			t.Error(v, err)
		}
	}
}

// A worker that has not called Serve must not start workers: they would start workers.
func TestNewInAWorkerThatDoesNotServe(t *testing.T) {
	t.Setenv("LOCKSTEP_POOL_WORKER", "1 1 1 3 4 5")
	if _, err := pool.New(t.Context()); !errors.Is(err, pool.ErrNotServed) {
		t.Error(err)
	}
}
