package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"example.com/lockstep/examples/internal/script"
)

// An operation is one message from rank to rank, there or back.
func BenchmarkPingpong(b *testing.B) {
	perSize(b, benchPingpong, []int{8, 64, 512, 4 << 10, 64 << 10, 512 << 10, 4 << 20})
}

func BenchmarkAllreduce(b *testing.B) { perSize(b, benchAllreduce, []int{8, 8 << 10, 1 << 20}) }

// An operation is the exchange of two rows of that many bytes with each neighbour.
func BenchmarkHalo(b *testing.B) { perSize(b, benchHalo, []int{512, 8 << 10, 128 << 10}) }

// The error shrinks with the root of the number of darts, whatever the time it takes.
func BenchmarkPi(b *testing.B) {
	for _, l := range launchers(b)[:1] {
		j := startJob(b, l, "go")
		for _, samples := range []int{1_000, 10_000, 100_000, 1_000_000} {
			b.Run(fmt.Sprintf("ranks=2/samples=%d", samples), func(b *testing.B) {
				_, off := j.measure(b, benchPi, samples)
				b.ReportMetric(off, "error")
			})
		}
	}
}

func perSize(b *testing.B, kind int, sizes []int) {
	for _, l := range launchers(b) {
		for _, lang := range []string{"go", "c"} {
			b.Run(fmt.Sprintf("mpi=%s/lang=%s", l.Name, lang), func(b *testing.B) {
				j := startJob(b, l, lang)
				for _, size := range sizes {
					b.Run(fmt.Sprintf("bytes=%d", size), func(b *testing.B) {
						mean, _ := j.measure(b, kind, size)
						b.ReportMetric(1e9*float64(size)/mean, "B/s")
					})
				}
			})
		}
	}
}

func launchers(b testing.TB) []script.MPILauncher {
	found := script.MPILaunchers()
	if len(found) == 0 {
		b.Skip("no MPI launcher found (mpirun): apt-get install openmpi-bin, or apt-get install mpich")
	}
	return found
}

// A job is two ranks that wait for orders, so that starting them is not measured.
type job struct {
	orders  io.Writer
	answers *bufio.Reader
}

func startJob(b testing.TB, l script.MPILauncher, lang string) *job {
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	args := []string{"bench"}
	if lang == "c" {
		program, args = compile(b, l.Name), nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := l.Command(ctx, 2, program, args...)
	cmd.Stderr = os.Stderr
	cmd.Stdin = nil // the launcher's input is ours to write to
	orders, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	answers, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		defer cancel()
		orders.Close() // its end of file ends the job
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
	})
	return &job{orders, bufio.NewReader(answers)}
}

// compile returns the same program in C, for the MPI of that name.
func compile(b testing.TB, mpi string) string {
	compiler, err := exec.LookPath("mpicc." + mpi)
	if err != nil {
		b.Skipf("no C compiler for this MPI (mpicc.%s): apt-get install gcc lib%s-dev", mpi, mpi)
	}
	program := filepath.Join(b.TempDir(), "bench")
	source := filepath.Join("..", "..", "testdata", "mpi", "bench.c")
	if out, err := exec.Command(compiler, "-O2", "-o", program, source).CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return program
}

// order has the job repeat an operation n times.
func (j *job) order(b testing.TB, kind, size, n int) (ns, best, extra float64) {
	fmt.Fprintln(j.orders, kind, size, n)
	if _, err := fmt.Fscan(j.answers, &ns, &best, &extra); err != nil {
		b.Fatal(err)
	}
	return ns, best, extra
}

// measure has the job repeat an operation b.N times. ns/op is the mean, as everywhere; best-ns/op is
// the fastest burst's, which says more where other programs run as well: a rank that waits for
// one that the system does not let run waits for milliseconds.
func (j *job) measure(b *testing.B, kind, size int) (mean, extra float64) {
	j.order(b, kind, size, 2) // warm up
	b.ResetTimer()
	ns, best, extra := j.order(b, kind, size, b.N)
	b.StopTimer()
	mean = ns / float64(b.N)
	b.ReportMetric(mean, "ns/op")
	if kind != benchPi {
		b.ReportMetric(best, "best-ns/op")
	}
	return mean, extra
}

// What the page's plots are recorded with runs, in Go and in C.
func TestBenchmarksRun(t *testing.T) {
	found := launchers(t)
	for _, l := range found {
		for _, lang := range []string{"go", "c"} {
			t.Run(l.Name+"/"+lang, func(t *testing.T) {
				j := startJob(t, l, lang)
				for _, kind := range []int{benchPingpong, benchAllreduce, benchHalo} {
					if ns, best, _ := j.order(t, kind, 512, 32); ns <= 0 || best <= 0 {
						t.Errorf("kind %d: %v ns, %v ns at best", kind, ns, best)
					}
				}
			})
		}
	}
	if _, _, off := startJob(t, found[0], "go").order(t, benchPi, 1000, 1); off <= 0 || off > 0.5 {
		t.Errorf("π of 1000 darts is off by %v", off)
	}
}
