package mpi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"example.com/lockstep/examples/internal/script"
	"example.com/lockstep/examples/mpi/mpi"
)

// The test binary is its own MPI program: a first argument that is no flag names what a rank does.
var roles = map[string]func(world *mpi.Comm) error{}

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && !strings.HasPrefix(os.Args[1], "-") {
		runRole(os.Args[1])
	}
	os.Exit(m.Run())
}

func runRole(name string) {
	if name == "probe" {
		name = "reduce"
	}
	var opts []mpi.Option
	switch {
	case strings.HasSuffix(name, "-multiple"):
		opts = append(opts, mpi.Threads(mpi.Multiple))
	case strings.HasSuffix(name, "-serialized"):
		opts = append(opts, mpi.Threads(mpi.Serialized))
	}
	role := roles[name]
	if role == nil {
		fmt.Fprintln(os.Stderr, "no role", name)
		os.Exit(9)
	}
	if name == "two-mains" {
		// Of the two, one returns at once: it waits for nobody.
		for range 2 {
			go func() { fmt.Println("beside:", mpi.Main(role)) }()
		}
		select {}
	}
	fmt.Fprintln(os.Stderr, mpi.Main(role, opts...))
	if name == "singletons" {
		_, err := mpi.Library()
		fmt.Fprintln(os.Stderr, err)
		fmt.Fprintln(os.Stderr, mpi.Main(role, opts...))
	}
	os.Exit(8)
}

// A result is what came out of a job.
type result struct {
	code           int
	stdout, stderr string
}

// underEach runs a role on n ranks under every launcher that works.
func underEach(t *testing.T, n int, role string, check func(t *testing.T, r result)) {
	t.Helper()
	each(t, func(t *testing.T, l script.MPILauncher) { check(t, launch(t, l, n, role)) })
}

// each runs a test under every launcher that works, beside other tests: much of a job's time is spent waiting.
func each(t *testing.T, f func(t *testing.T, l script.MPILauncher)) {
	t.Helper()
	t.Parallel()
	launchers := script.MPILaunchers()
	if len(launchers) == 0 {
		t.Skip("no MPI launcher found (mpirun): apt-get install openmpi-bin, or apt-get install mpich")
	}
	for _, l := range launchers {
		t.Run(l.Name, func(t *testing.T) {
			t.Parallel()
			f(t, l)
		})
	}
}

func launch(t *testing.T, l script.MPILauncher, n int, role string, env ...string) result {
	t.Helper()
	return launchArgs(t, l, n, []string{role}, env...)
}

func launchArgs(t *testing.T, l script.MPILauncher, n int, args []string, env ...string) result {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return launchProgram(t, l, n, self, args, env...)
}

func launchProgram(t *testing.T, l script.MPILauncher, n int, program string, args []string, env ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := l.Command(ctx, n, program, args...)
	// Launchers of Open MPI share a folder in the temporary one, and lose it to whoever ends first.
	// A short name: the paths of their sockets have a limit.
	dir, err := os.MkdirTemp("", "mpi")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	cmd.Env = append(append(cmd.Env, "TMPDIR="+dir), env...)
	interrupt := cmd.Cancel
	cmd.Cancel = func() error {
		askRanks("TMPDIR=" + dir)
		return interrupt()
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	if ctx.Err() != nil {
		t.Fatalf("%v on %d ranks did not end in time\n%s%s", args, n, &stdout, &stderr)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if cmd.ProcessState.ExitCode() == -1 { // say by which signal
		fmt.Fprintf(&stderr, "the launcher ended by %v\n", cmd.ProcessState)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// askRanks lets every rank of a job that hangs print where its goroutines are, and gives the launcher
// the time to pass it on. The job's processes are known by a variable of their environment.
func askRanks(variable string) {
	lists, _ := filepath.Glob("/proc/[0-9]*/environ") // elsewhere than on Linux nobody is asked
	for _, list := range lists {
		env, err := os.ReadFile(list)
		if err != nil || !slices.Contains(strings.Split(string(env), "\x00"), variable) {
			continue
		}
		name, err := os.ReadFile(filepath.Join(filepath.Dir(list), "comm"))
		if err != nil || !strings.HasPrefix(filepath.Base(os.Args[0]), strings.TrimSpace(string(name))) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(list)))
		if err != nil {
			continue
		}
		if rank, err := os.FindProcess(pid); err == nil {
			rank.Signal(syscall.SIGQUIT)
		}
	}
	time.Sleep(time.Second)
}

func mustSucceed(t *testing.T, r result) {
	t.Helper()
	if r.code != 0 {
		t.Errorf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
	}
}

func testRole(t *testing.T, n int, role string) { t.Helper(); underEach(t, n, role, mustSucceed) }

// A batch is a job of several roles, one after another.
type batch struct {
	roles []string
	job   sync.Once
	begun bool
	r     result
}

// A batchKey tells which roles share a job.
type batchKey struct {
	ranks    int
	launcher string
}

var batches = map[batchKey]*batch{}

// testTogether is testRole for a role that leaves the process as it was. It shares a job with the others on n ranks: the
// start of a job takes longer than most roles. If the job fails, the role runs alone as well, to tell which of them it was.
func testTogether(t *testing.T, n int, role string) {
	t.Helper()
	// Tests come here one by one, and none goes on after t.Parallel before all have come: then the batch is complete.
	mine := map[string]*batch{}
	for _, l := range script.MPILaunchers() {
		key := batchKey{n, l.Name}
		if b := batches[key]; b == nil || b.begun { // with -count, the tests come again
			batches[key] = &batch{}
		}
		mine[l.Name] = batches[key]
		mine[l.Name].roles = append(mine[l.Name].roles, role)
	}
	each(t, func(t *testing.T, l script.MPILauncher) {
		b := mine[l.Name]
		b.job.Do(func() {
			b.begun, b.r.code = true, -1
			b.r = launchArgs(t, l, n, append([]string{"together"}, b.roles...))
		})
		if b.r.code != 0 || !strings.Contains(b.r.stdout, together(b.roles)) {
			t.Errorf("%v, one after another: exit code %d\n%s%s", b.roles, b.r.code, b.r.stdout, b.r.stderr)
			mustSucceed(t, launch(t, l, n, role))
		}
	})
}

// together is what rank 0 says after all roles of a batch.
func together(names []string) string { return fmt.Sprintf("%d roles: %v\n", len(names), names) }

func init() {
	roles["together"] = func(world *mpi.Comm) error {
		var c check
		for _, name := range os.Args[2:] {
			c.ok(name, roles[name](world))
		}
		if world.Rank() == 0 {
			fmt.Print(together(os.Args[2:]))
		}
		return c.err()
	}
}

// check collects what a rank finds wrong.
type check struct{ errs []error }

func (c *check) errorf(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf(format, args...))
}

func (c *check) ok(what string, err error) {
	if err != nil {
		c.errorf("%s: %v", what, err)
	}
}

func (c *check) is(what string, err error, class mpi.Class) {
	if !errors.Is(err, class) {
		c.errorf("%s: got %v, want %s", what, err, class)
	}
}

func (c *check) equal(what string, got, want any) {
	if fmt.Sprint(got) != fmt.Sprint(want) {
		c.errorf("%s: got %v, want %v", what, got, want)
	}
}

func (c *check) err() error { return errors.Join(c.errs...) }

func TestRaw(t *testing.T) { testTogether(t, 2, "raw") }

func init() {
	roles["raw"] = func(world *mpi.Comm) error {
		var c check
		in, out := []int{world.Rank() + 1}, []int{0}
		c.ok("MPI_Allreduce", mpi.Raw("MPI_Allreduce", uintptr(unsafe.Pointer(&in[0])), uintptr(unsafe.Pointer(&out[0])),
			1, mpi.Datatype[int](), mpi.Sum.Handle(), world.Handle()))
		c.equal("sum", out[0], 3)
		w, err := mpi.WinAllocate[int](world, 1)
		c.ok("WinAllocate", err)
		c.ok("MPI_Win_fence", mpi.Raw("MPI_Win_fence", 0, w.Handle()))
		c.ok("Put", w.Put(in, 1-world.Rank(), 0))
		c.ok("MPI_Win_fence", mpi.Raw("MPI_Win_fence", 0, w.Handle()))
		c.equal("window", w.Local(), []int{2 - world.Rank()})
		c.ok("Free", w.Free())
		dup := new(uintptr)
		c.ok("MPI_Comm_dup_with_info", mpi.Raw("MPI_Comm_dup_with_info", world.Handle(), mpi.InfoNull(), uintptr(unsafe.Pointer(dup))))
		c.ok("MPI_Comm_free", mpi.Raw("MPI_Comm_free", uintptr(unsafe.Pointer(dup))))
		return c.err()
	}
}

// raceEnabled tells whether the race detector is built in: then every process ends with C's exit, and takes longer.
func raceEnabled() bool {
	info, _ := debug.ReadBuildInfo()
	return slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
