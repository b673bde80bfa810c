//go:build unix

package pool_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/lockstep/examples/multiprocessing/pool"
	"golang.org/x/sys/unix"
)

var (
	// begin writes its line to a FIFO or file, and blocks.
	begin = pool.Func("begin", func(_ context.Context, file string) (int, error) {
		if err := os.WriteFile(file, []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
			return 0, err
		}
		select {}
	})
	killSelf = pool.Func("killSelf", func(_ context.Context, n int) (int, error) {
		if n < 0 {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		return n, nil
	})
	// note appends its number to a file, with one write.
	note = pool.Func("note", func(_ context.Context, n uint32) (uint32, error) {
		if noteFile == nil {
			var err error
			if noteFile, err = os.OpenFile(os.Getenv("NOTE_FILE"), os.O_WRONLY|os.O_APPEND, 0); err != nil {
				return 0, err
			}
		}
		_, err := noteFile.Write(binary.LittleEndian.AppendUint32(nil, n))
		for start := time.Now(); time.Since(start) < noteWork; {
		}
		return n, err
	})
	noteFile    *os.File
	noteWork, _ = time.ParseDuration(os.Getenv("NOTE_WORK"))
)

// stop stops a process. Only Linux shows when it has stopped.
var stop = func(_ context.Context, t *testing.T, pid int) {
	t.Helper()
	check(t, syscall.Kill(pid, syscall.SIGSTOP))
}

// with runs a test with a recorder and without.
func with(t *testing.T, test func(*testing.T, ...pool.Option)) {
	t.Run("recorder", func(t *testing.T) { test(t, pool.Workers(1)) })
	t.Run("without", func(t *testing.T) { test(t, pool.Workers(1), pool.NoRecorder) })
}

// The worker is stopped, so the task is in its pipe and cannot have begun when it is killed.
func TestKilledBeforeATask(t *testing.T) {
	p := newPool(t, pool.Workers(1))
	pid := p.PIDs()[0]
	stop(t.Context(), t, pid)
	future := square.Submit(t.Context(), p, 5)
	check(t, syscall.Kill(pid, syscall.SIGKILL))
	if v, err := future.Wait(t.Context()); v != 25 || err != nil {
		t.Errorf("%d, %v: a task that had not begun is run elsewhere", v, err)
	}
	if s := p.Stats(); s.Started != 2 || s.Crashed != 1 || s.Retried != 0 {
		t.Errorf("%+v", s)
	}
}

func TestKilledIdle(t *testing.T) {
	with(t, func(t *testing.T, options ...pool.Option) {
		p := newPool(t, options...)
		for i := range 5 {
			for len(p.PIDs()) == 0 { // it is being started
				time.Sleep(time.Millisecond)
			}
			check(t, syscall.Kill(p.PIDs()[0], syscall.SIGKILL))
			v, err := square.Call(t.Context(), p, i)
			var crash *pool.CrashError
			if v != i*i && !errors.As(err, &crash) { // without a recorder it may look as if it had begun
				t.Errorf("%d, %v", v, err)
			}
		}
	})
}

func TestKilledDuringATask(t *testing.T) {
	with(t, func(t *testing.T, options ...pool.Option) {
		p := newPool(t, append(options, pool.Window(3))...)
		file := filepath.Join(t.TempDir(), "begun")
		check(t, unix.Mkfifo(file, 0o600))
		first := begin.Submit(t.Context(), p, file)
		behind := square.Submit(t.Context(), p, 6)
		text, err := os.ReadFile(file) // returns once the task has begun
		check(t, err)
		pid, err := strconv.Atoi(string(text))
		check(t, err)
		for p.Sent()[0] < 2 { // until the task behind it is at the worker too
			time.Sleep(time.Millisecond)
		}
		check(t, syscall.Kill(pid, syscall.SIGKILL))
		_, err = first.Wait(t.Context())
		var crash *pool.CrashError
		if !errors.As(err, &crash) || crash.State.String() != "signal: killed" || crash.Worker != 1 || crash.Crashes != 1 {
			t.Errorf("%v", err)
		}
		if v, err := behind.Wait(t.Context()); v != 36 || err != nil {
			t.Errorf("the task behind it: %d, %v", v, err)
		}
	})
}

// Tasks 0 to 49 are finished, most of their answers still in the worker's buffer, when task 50
// kills it: nothing but task 50 is lost.
func TestKilledJustAfterATask(t *testing.T) {
	with(t, func(t *testing.T, options ...pool.Option) {
		p := newPool(t, append(options, pool.Window(100))...)
		for round := range 8 {
			i := 0
			for v, err := range killSelf.Map(t.Context(), p, func(yield func(int) bool) {
				for i := range 100 {
					if i == 50 {
						i = -1
					}
					if !yield(i) {
						return
					}
				}
			}) {
				var crash *pool.CrashError
				if i == 50 != errors.As(err, &crash) || i != 50 && (v != i || err != nil) {
					t.Fatalf("round %d, task %d: %d, %v", round, i, v, err)
				}
				i++
			}
			if i != 100 {
				t.Errorf("%d answers", i)
			}
		}
		if s := p.Stats(); s.Crashed != 8 || s.Retried != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// A task that kills every worker it meets is given up; a task it did not run with is not touched.
func TestPoison(t *testing.T) {
	p := newPool(t, pool.Retry(2))
	i := 0
	for v, err := range killSelf.Map(t.Context(), p, func(yield func(int) bool) {
		for i := range 1000 {
			if i%100 == 7 {
				i = -1
			}
			if !yield(i) {
				return
			}
		}
	}) {
		var crash *pool.CrashError
		switch {
		case i%100 != 7 && (v != i || err != nil):
			t.Errorf("task %d: %d, %v", i, v, err)
		case i%100 == 7 && (!errors.As(err, &crash) || crash.Crashes != 3):
			t.Errorf("task %d: %v", i, err)
		}
		i++
	}
	if s := p.Stats(); i != 1000 || s.Crashed != 30 || s.Retried != 20 {
		t.Errorf("%d answers, %+v", i, s)
	}
}

// Many tasks, and a worker chosen at random killed again and again: every task is answered once,
// and none is run twice. In the quick version, a worker is killed at every 1,000th answer.
func TestChaos(t *testing.T) {
	t.Run("quick", func(t *testing.T) { chaos(t, 20_000, 0, "0s") })
	t.Run("without recorder", func(t *testing.T) { chaos(t, 20_000, 0, "0s", pool.NoRecorder) })
	t.Run("long", func(t *testing.T) {
		if testing.Short() || raceEnabled() {
			t.Skip("takes seconds, and under the race detector a worker takes too long to start: without -short and -race")
		}
		chaos(t, 100_000, 50*time.Millisecond, "25us")
	})
}

// raceEnabled says whether this was built with the race detector.
func raceEnabled() bool {
	info, _ := debug.ReadBuildInfo()
	return slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

func chaos(t *testing.T, tasks int, every time.Duration, work string, options ...pool.Option) {
	file := filepath.Join(t.TempDir(), "notes")
	check(t, os.WriteFile(file, nil, 0o600))
	t.Setenv("NOTE_FILE", file)
	t.Setenv("NOTE_WORK", work)
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	nothingLeft := leavesNothing(t)
	p := newPool(t, append(options, pool.Workers(4))...)
	stop, stopped := make(chan struct{}), make(chan int)
	due := make(chan struct{})
	go func() {
		kills := 0
		defer func() { stopped <- kills }()
		var ticks <-chan time.Time
		if every > 0 {
			ticker := time.NewTicker(every)
			defer ticker.Stop()
			ticks = ticker.C
		}
		for {
			select {
			case <-stop:
				return
			case <-ticks:
			case <-due:
			}
			if pids := p.PIDs(); len(pids) > 0 && syscall.Kill(pids[rand.N(len(pids))], syscall.SIGKILL) == nil {
				kills++
			}
		}
	}()

	start := time.Now()
	results := make([]bool, tasks)
	answers, crashes := 0, 0
	for v, err := range note.Map(t.Context(), p, func(yield func(uint32) bool) {
		for i := range tasks {
			if !yield(uint32(i)) {
				return
			}
		}
	}) {
		var crash *pool.CrashError
		switch {
		case errors.As(err, &crash):
			crashes++
		case err != nil || int(v) != answers:
			t.Errorf("task %d: %d, %v", answers, v, err)
		default:
			results[v] = true
		}
		if answers++; every == 0 && answers%1000 == 0 {
			due <- struct{}{}
		}
	}
	elapsed := time.Since(start)
	close(stop)
	kills := <-stopped
	check(t, p.Close())

	runs := make([]int, tasks)
	notes, err := os.ReadFile(file)
	check(t, err)
	for len(notes) > 0 {
		runs[binary.LittleEndian.Uint32(notes)]++
		notes = notes[4:]
	}
	for i, n := range runs {
		if n > 1 || results[i] && n != 1 {
			t.Errorf("task %d ran %d times, and had a result: %v", i, n, results[i])
		}
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	t.Logf("%d tasks in %v: %d kills, %d tasks answered with a crash; %d MiB of memory; %+v",
		answers, elapsed.Round(time.Millisecond), kills, crashes, mem.Sys>>20, p.Stats())
	if answers != tasks || crashes > kills || kills == 0 {
		t.Errorf("%d answers, %d crashes, %d kills", answers, crashes, kills)
	}
	if grown := int64(mem.Sys - before.Sys); grown > 64<<20 { // Sys is what it has been at most
		t.Errorf("%d MiB of memory more than before", grown>>20)
	}
	nothingLeft()
	noChildren(t)
}

// noChildren fails the test if this process has a child, be it a zombie.
func noChildren(t *testing.T) {
	t.Helper()
	if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); !errors.Is(err, syscall.ECHILD) {
		t.Errorf("a child is left: wait4 says %d, %v", pid, err)
	}
}

// A worker that dies before it has done anything is replaced, but less and less soon: a cause that
// lasts does not keep the machine busy.
func TestBackOff(t *testing.T) {
	p := newPool(t, pool.Workers(1))
	began := time.Now()
	const deaths = 6
	for n := range deaths {
		for p.Started() != n+1 || len(p.PIDs()) == 0 {
			time.Sleep(time.Millisecond)
		}
		check(t, syscall.Kill(p.PIDs()[0], syscall.SIGKILL))
	}
	if v, err := square.Call(t.Context(), p, 3); v != 9 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
	if d, want := time.Since(began), 630*time.Millisecond; d < want { // 10 + 20 + 40 + 80 + 160 + 320
		t.Errorf("%d workers that died at once were replaced within %v, want at least %v", deaths, d, want)
	}
}

func init() {
	for _, what := range []string{"idle", "busy", "blocked", "initialising", "grandchildren", "restarting"} {
		parents[what] = parentToBeKilled
	}
}

func parentToBeKilled(what string) {
	options := []pool.Option{pool.Workers(3)}
	if what == "initialising" {
		options = append(options, pool.Init(ready, struct{}{}))
	}
	p, err := pool.New(context.Background(), options...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	switch what {
	case "restarting":
		go func() {
			for err == nil {
				p.Close()
				p, err = pool.New(context.Background(), options...)
			}
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}()
	case "blocked":
		go func() {
			for range stubborn.Map(context.Background(), p, func(yield func(string) bool) {
				for yield("ignore") {
				}
			}) {
			}
		}()
	case "grandchildren":
		go func() {
			for range spawn.Map(context.Background(), p, numbers(3)) {
			}
		}()
	case "busy":
		go func() {
			for range square.Map(context.Background(), p, numbers(math.MaxInt)) {
			}
		}()
	}
	if what != "grandchildren" {
		fmt.Println("ready")
	}
	select {}
}

// spawn starts a process that would outlive its worker.
var spawn = pool.Func("spawn", func(_ context.Context, n int) (int, error) {
	cmd := exec.Command("sleep", "1000")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	fmt.Println("ready")
	select {}
})

// ready says that it runs, and blocks.
var ready = pool.Func("ready", func(_ context.Context, _ struct{}) (struct{}, error) {
	fmt.Println("ready")
	select {}
})

// Whatever the parent is at when it is killed, its workers and what they have started end.
func TestParentKilled(t *testing.T) {
	for what, lines := range map[string]int{"idle": 1, "busy": 1, "blocked": 1, "initialising": 3, "grandchildren": 3} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			killParent(t, what, lines, 0)
		})
	}
	// Starting and closing take some ten milliseconds: killed at any time of it, they leave nothing.
	t.Run("restarting", func(t *testing.T) {
		t.Parallel()
		for after := range 25 {
			killParent(t, "restarting", 1, time.Duration(after)*time.Millisecond)
		}
	})
}

// killParent starts a parent, kills it a while after it has printed so many lines, and waits for the
// end of its output: the workers, and what they have started, have it open too.
func killParent(t *testing.T, what string, lines int, after time.Duration) {
	t.Helper()
	self, err := os.Executable()
	check(t, err)
	cmd := exec.Command(self, "parent", what)
	cmd.Stderr = os.Stderr
	r, w, err := os.Pipe()
	check(t, err)
	defer r.Close()
	cmd.Stdout = w
	check(t, cmd.Start())
	w.Close()
	out := bufio.NewReader(r)
	for range lines {
		if line, err := out.ReadString('\n'); strings.TrimSpace(line) != "ready" {
			t.Fatalf("%q, %v", line, err)
		}
	}
	time.Sleep(after)
	check(t, cmd.Process.Kill())
	r.SetReadDeadline(time.Now().Add(30 * time.Second)) // their tasks take longer
	_, err = io.Copy(io.Discard, out)
	cmd.Wait()
	if err != nil {
		t.Errorf("%s, killed %v after it was ready: its workers have not ended: %v", what, after, err)
	}
}

// ownSize returns how long the file is that its worker was started from.
var ownSize = pool.Func("ownSize", func(context.Context, struct{}) (int64, error) {
	path := "/proc/self/exe"
	if runtime.GOOS != "linux" {
		var err error
		if path, err = os.Executable(); err != nil {
			return 0, err
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
})

func init() {
	for _, what := range []string{"replaced", "replaced by name", "removed", "removed by name"} {
		parents[what] = parentWhoseFileGoes
	}
}

// parentWhoseFileGoes loses its worker after its file has been replaced or removed.
func parentWhoseFileGoes(what string) {
	options := []pool.Option{pool.Workers(1), pool.Output(nil, io.Discard)}
	if strings.HasSuffix(what, "by name") {
		options = append(options, pool.ByName)
	}
	p, err := pool.New(context.Background(), options...)
	if err != nil {
		fmt.Println("new:", err)
		os.Exit(1)
	}
	fmt.Println(ownSize.Call(context.Background(), p, struct{}{}))
	self, err := os.Executable()
	if err == nil && strings.HasPrefix(what, "removed") {
		err = os.Remove(self)
	} else if err == nil {
		err = os.Rename(self+".new", self)
	}
	fmt.Println(err)
	exit.Call(context.Background(), p, 1)
	fmt.Println(ownSize.Call(context.Background(), p, struct{}{}))
	p.Close()
	os.Exit(0)
}

// A worker that replaces another is the same program, or none.
func TestTheProgramsFileGoes(t *testing.T) {
	self, err := os.Executable()
	check(t, err)
	text, err := os.ReadFile(self)
	check(t, err)
	size := fmt.Sprintf("%d <nil>", len(text))
	for what, want := range map[string]string{
		"replaced": size, "removed": size,
		"replaced by name": pool.ErrReplaced.Error(), "removed by name": "no such file or directory",
	} {
		t.Run(what, func(t *testing.T) {
			if runtime.GOOS != "linux" && !strings.HasSuffix(what, "by name") {
				t.Skip("only Linux has a path to the file a process was started from")
			}
			program := filepath.Join(t.TempDir(), "program")
			writeProgram(t, program, text)
			writeProgram(t, program+".new", append(text[:len(text):len(text)], "another build"...))
			out, err := exec.Command(program, "parent", what).Output()
			lines := strings.Split(string(out), "\n")
			if err != nil || len(lines) != 4 || lines[0] != size || lines[1] != "<nil>" || !strings.Contains(lines[2], want) {
				t.Errorf("%v: %q, want %q and then %q", err, lines, size, want)
			}
		})
	}
}
