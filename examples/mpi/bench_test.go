package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/internal/script"
	"example.com/lockstep/examples/mpi/mpi"
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

// What is measured. testdata/mpi/bench.c is the same program in C.
const (
	benchEnd = iota
	benchPingpong
	benchAllreduce
	benchHalo
	benchPi
)

// measured is the program that is measured, on two ranks. It does what it is told to on standard input:
// a kind, a size in bytes and a number of repetitions. Rank 0 reads it, all do it, and rank 0
// prints the nanoseconds that it took, those of one repetition in the fastest burst, and what was
// found out besides.
func measured(world *mpi.Comm) {
	in, order := bufio.NewReader(os.Stdin), make([]int, 3)
	for {
		if world.Rank() == 0 {
			if _, err := fmt.Fscan(in, &order[0], &order[1], &order[2]); err != nil {
				order[0] = benchEnd // end of file: whoever measures has gone
			}
		}
		if lockstep.Check(mpi.Bcast(world, order, 0)); order[0] == benchEnd {
			return
		}
		kind, size, n := order[0], order[1], order[2]
		lockstep.Check(world.Barrier())
		var w bursts
		begin := time.Now()
		extra := map[int]func(*mpi.Comm, *bursts, int, int) float64{
			benchPingpong: measurePingpong, benchAllreduce: measureAllreduce,
			benchHalo: measureHalo, benchPi: measurePi,
		}[kind](world, &w, size, n)
		if world.Rank() == 0 {
			took := float64(time.Since(begin).Nanoseconds())
			lockstep.Say("%.0f %g %g", took, w.fastest(took/float64(n)), extra)
		}
	}
}

// measurePingpong passes n messages between ranks 0 and 1, alternately.
func measurePingpong(world *mpi.Comm, w *bursts, size, n int) float64 {
	buf, me := make([]byte, size), world.Rank()
	for i := range n {
		w.before(i)
		if i%2 == me {
			lockstep.Check(mpi.Send(world, buf, 1-me, 0))
		} else {
			_, err := mpi.Recv(world, buf, 1-me, 0)
			lockstep.Check(err)
		}
	}
	return 0
}

func measureAllreduce(world *mpi.Comm, w *bursts, size, n int) float64 {
	in, out := make([]float64, size/8), make([]float64, size/8)
	for i := range n {
		w.before(i)
		lockstep.Check(mpi.Allreduce(world, in, out, mpi.Sum))
	}
	return 0
}

func measureHalo(world *mpi.Comm, w *bursts, size, n int) float64 {
	cols := size / 8
	p := newPlate(2, cols, true)
	up, down := neighbours(world.Rank(), world.Size())
	for i := range n {
		w.before(i)
		lockstep.Check(exchangeHalo(world, p.now, cols, up, down))
	}
	return 0
}

// measurePi returns how far the estimates of π from sixteen seeds are off: the root of their mean
// square.
func measurePi(world *mpi.Comm, _ *bursts, samples, n int) float64 {
	squares := 0.0
	for range n {
		squares = 0
		for seed := range uint64(16) {
			mine := part(samples, world.Rank(), world.Size())
			inside := []int{darts(seed, world.Rank(), mine)}
			lockstep.Check(mpi.Allreduce(world, inside, inside, mpi.Sum))
			off := 4*float64(inside[0])/float64(samples) - math.Pi
			squares += off * off
		}
	}
	return math.Sqrt(squares / 16)
}

// Bursts show how fast something is on a machine that does other things as well: the fastest of many
// ran undisturbed.
type bursts struct {
	begin time.Time
	best  time.Duration
}

const burst = 16

// before is called before repetition i.
func (b *bursts) before(i int) {
	if i%burst > 0 {
		return
	}
	now := time.Now()
	if took := now.Sub(b.begin); i > 0 && (b.best == 0 || took < b.best) {
		b.best = took
	}
	b.begin = now
}

// fastest returns the nanoseconds of a repetition in the fastest burst, or mean if there was none.
func (b *bursts) fastest(mean float64) float64 {
	if b.best == 0 {
		return mean
	}
	return float64(b.best.Nanoseconds()) / burst
}
