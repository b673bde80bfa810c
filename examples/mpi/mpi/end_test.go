package mpi_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/lockstep/examples/internal/script"
	"example.com/lockstep/examples/mpi/mpi"
)

// compileC compiles a file of testdata for a launcher's MPI.
func compileC(t *testing.T, l script.MPILauncher, name string, flags ...string) string {
	t.Helper()
	compiler, err := exec.LookPath("mpicc." + l.Name)
	if err != nil {
		t.Skipf("no C compiler for this MPI (mpicc.%s): apt-get install gcc lib%s-dev", l.Name, l.Name)
	}
	out := filepath.Join(t.TempDir(), name+".out")
	args := append(flags, "-Wall", "-o", out, filepath.Join("testdata", name+".c"))
	if text, err := exec.Command(compiler, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return out
}

// Where MPI_Abort returns, the rank ends all the same, with the code and without another word.
func TestAbortThatReturns(t *testing.T) {
	each(t, func(t *testing.T, l script.MPILauncher) {
		shim := compileC(t, l, "shim", "-shared", "-fPIC", "-Wl,--no-as-needed")
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		// The launcher kills the other rank, and MPICH's sometimes gives that rank's end for the code
		// of the job. So a shell keeps the code of rank 1 itself.
		const keep = `"$0" "$1"; code=$?; [ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" != 1 ] || echo $code >"$2"; exit $code`
		for role, want := range map[string]int{"exit-abort-then": 7, "exit-panic": 2, "exit-error": 1} {
			kept := filepath.Join(t.TempDir(), "code")
			r := launchProgram(t, l, 2, "/bin/sh", []string{"-c", keep, self, role, kept}, mpi.EnvLibrary+"="+shim)
			code, _ := os.ReadFile(kept)
			if string(code) != fmt.Sprintln(want) || r.code == 0 || l.Name != "mpich" && r.code != want || strings.Contains(r.stderr, "after") || strings.Count(r.stderr, "rank 1: ") > 1 {
				t.Errorf("%s: exit code %q of the rank, want %d; of the job %d, want another than 0; and at most one message\n%s", role, code, want, r.code, r.stderr)
			}
		}
	})
}

// What the C libraries have for the process's end is left to MPICH, which needs it: under Open MPI it could meet threads
// that still run.
func TestNothingOfCEndsAfterOpenMPI(t *testing.T) {
	if raceEnabled() {
		t.Skip("the race detector ends every process with C's exit")
	}
	each(t, func(t *testing.T, l script.MPILauncher) {
		library := compileC(t, l, "atend", "-shared", "-fPIC", "-Wl,--no-as-needed")
		want := 0
		if l.Name == "mpich" {
			want = 99
		}
		if r := launch(t, l, 3, "three", mpi.EnvLibrary+"="+library); r.code != want {
			t.Errorf("exit code %d, want %d\n%s", r.code, want, r.stderr)
		}
	})
}

// Ranks of other programs take part: nothing is waited for that they do not know.
func TestOtherProgramsTakePart(t *testing.T) {
	each(t, func(t *testing.T, l script.MPILauncher) {
		peer := compileC(t, l, "peer")
		r := launchArgs(t, l, 2, []string{"with-peer", ":", "-n", "1", peer})
		mustSucceed(t, r)
		if want := "peer: 3 ranks, and 3 in the window\n"; r.stdout != want {
			t.Errorf("got %q, want %q", r.stdout, want)
		}
		// The launcher does not see that the programs differ: a shell chooses.
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		choice := `if [ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" = 2 ]; then exec "$0"; fi; exec "$1" with-peer`
		r = launchProgram(t, l, 3, "/bin/sh", []string{"-c", choice, peer, self})
		mustSucceed(t, r)
		if want := "peer: 3 ranks, and 3 in the window\n"; r.stdout != want {
			t.Errorf("got %q, want %q", r.stdout, want)
		}
	})
}

// Inside a Slurm job MPICH's launcher is still MPICH's, and its ranks know each other.
func TestLauncherInsideSlurm(t *testing.T) {
	each(t, func(t *testing.T, l script.MPILauncher) {
		r := launch(t, l, 3, "three", "SLURM_JOB_ID=7")
		mustSucceed(t, r)
	})
}

// Main runs once, whoever calls it at the same time.
func TestMainFromTwoGoroutines(t *testing.T) {
	underEach(t, 2, "two-mains", func(t *testing.T, r result) {
		mustSucceed(t, r)
		for what, want := range map[string]int{"in main's function: mpi: Main: MPI_ERR_ARG: it is running already": 2,
			"beside: mpi: Main: MPI_ERR_ARG: it is running already": 2} {
			if got := strings.Count(r.stdout, what); got != want {
				t.Errorf("%q came %d times, want %d\n%s%s", what, got, want, r.stdout, r.stderr)
			}
		}
	})
}

// The race detector's exit code is that of a rank, and of the job.
func TestRacesCount(t *testing.T) {
	racy := build(t, "./testdata/racy", "-race")
	each(t, func(t *testing.T, l script.MPILauncher) {
		r := launchProgram(t, l, 2, racy, nil)
		if r.code != 66 || !strings.Contains(r.stderr, "WARNING: DATA RACE") {
			t.Errorf("exit code %d, want 66, and a report\n%s%s", r.code, r.stdout, r.stderr)
		}
	})
}

// What a rank has run is in the coverage.
func TestCoverageCounts(t *testing.T) {
	covered := build(t, "./testdata/racy", "-cover")
	each(t, func(t *testing.T, l script.MPILauncher) {
		dir := t.TempDir()
		mustSucceed(t, launchProgram(t, l, 2, covered, nil, "GOCOVERDIR="+dir))
		out, err := exec.Command("go", "tool", "covdata", "textfmt", "-i", dir, "-o", filepath.Join(dir, "profile")).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		profile, err := os.ReadFile(filepath.Join(dir, "profile"))
		if err != nil {
			t.Fatal(err)
		}
		ran := 0
		for line := range strings.Lines(string(profile)) {
			if strings.Contains(line, "racy/main.go:") && !strings.HasSuffix(line, " 0\n") {
				ran++
			}
		}
		if ran == 0 {
			t.Errorf("no line of the rank's program is in the profile\n%s", profile)
		}
	})
}

// build compiles a program of testdata.
func build(t *testing.T, folder, flag string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program")
	out, err := exec.Command("go", "build", flag, "-o", program, folder).CombinedOutput()
	if err != nil && (strings.Contains(string(out), "requires cgo") || strings.Contains(string(out), "C compiler")) {
		t.Skipf("%s needs cgo and a C compiler: apt-get install gcc", flag)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

func init() {
	roles["exit-abort-then"] = func(world *mpi.Comm) error {
		if world.Rank() == 1 {
			world.Abort(7)
			fmt.Fprintln(os.Stderr, "after Abort")
		}
		return world.Barrier()
	}
	roles["with-peer"] = func(world *mpi.Comm) error {
		if n := mpi.Polled(); n > 9 {
			return fmt.Errorf("%d functions poll: the peer's collective operations block", n)
		}
		sum := []int64{1}
		if err := mpi.Allreduce(world, sum, sum, mpi.Sum); err != nil {
			return err
		}
		w, err := mpi.WinAllocate[int64](world, 1)
		if err != nil {
			return err
		}
		return errors.Join(w.Fence(), w.Accumulate([]int64{int64(world.Rank() + 1)}, mpi.Sum, 2, 0), w.Fence(), w.Free())
	}
	roles["three"] = func(world *mpi.Comm) error {
		if world.Size() != 3 {
			return fmt.Errorf("%d ranks, want 3", world.Size())
		}
		return nil
	}
	roles["two-mains"] = func(world *mpi.Comm) error {
		fmt.Println("in main's function:", mpi.Main(roles["exit-nil"]))
		return nil
	}
}
