package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

const megabytes = 128 // large against adding up the tables, which is serial

// benchText generates a text. It was written just now, so it is in the page cache.
func benchText(b *testing.B, size int) *os.File {
	file, err := os.Create(filepath.Join(b.TempDir(), "text"))
	lockstep.Check(err)
	b.Cleanup(func() { file.Close() })
	lockstep.Check(generate(file, max(1, size/1_000_000), 1))
	lockstep.Check(file.Truncate(int64(size)))
	return file
}

const benchChunk = 1 << 20

// BenchmarkWords counts with p processes that have been started before, and with p goroutines. The
// ideal is p times the median of one process, as recorded just before.
func BenchmarkWords(b *testing.B) {
	const size = megabytes * 1_000_000
	in := benchText(b, size)
	var alone []float64 // MB/s of one process
	for p := 1; p <= 4; p++ {
		b.Run(fmt.Sprintf("by=processes/p=%d", p), func(b *testing.B) {
			counters := startCounters(in, p, 0, false)
			defer lockstep.EndAll(counters...)
			count := func() {
				_, err := countIn(counters, newHandout("dynamic", size, p, benchChunk))
				lockstep.Check(err)
			}
			count() // waits for the processes' start, and grows their memory
			b.SetBytes(size)
			begin := time.Now()
			for b.Loop() {
				count()
			}
			if p == 1 {
				alone = append(alone, float64(size)*float64(b.N)/1e6/time.Since(begin).Seconds())
			}
		})
		b.Run(fmt.Sprintf("by=goroutines/p=%d", p), func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				_, err := countInGoroutines(in, newHandout("dynamic", size, p, benchChunk), p)
				lockstep.Check(err)
			}
		})
		b.Run(fmt.Sprintf("by=ideal/p=%d", p), func(b *testing.B) {
			if len(alone) == 0 {
				b.Skip("one process was not measured")
			}
			slices.Sort(alone)
			b.ReportMetric(0, "ns/op") // nothing is run
			b.ReportMetric(float64(p)*alone[len(alone)/2], "MB/s")
		})
	}
}

// BenchmarkOneCore starts a program that counts by itself: wc -w, which counts no more than how many
// words there are, and one goroutine, whose table has each word.
func BenchmarkOneCore(b *testing.B) {
	name := benchText(b, megabytes*1_000_000).Name()
	self, err := os.Executable()
	lockstep.Check(err)
	for program, args := range map[string][]string{"wc-w": {"wc", "-w", name}, "serial": {self, "goroutines", "-p", "1", "-in", name}} {
		if _, err := exec.LookPath(args[0]); err != nil {
			continue
		}
		b.Run("program="+program, func(b *testing.B) {
			b.SetBytes(megabytes * 1_000_000)
			for b.Loop() {
				cmd := exec.Command(args[0], args[1:]...)
				cmd.Env = append(os.Environ(), "LC_ALL=C", "GOMAXPROCS=1")
				lockstep.Check(cmd.Run())
			}
		})
	}
}

// BenchmarkSize counts texts from small to large: in one goroutine, in two, and in two processes
// that are started for it. From which size on does a start pay?
func BenchmarkSize(b *testing.B) {
	for _, kb := range []int{1, 16, 256, 4_000, 64_000} {
		size := int64(kb) * 1000
		in := benchText(b, kb*1000)
		for name, count := range map[string]func() (tally, error){
			"serial":       func() (tally, error) { return countRange(in, 0, size) },
			"2-goroutines": func() (tally, error) { return countInGoroutines(in, newHandout("static", size, 2, 1), 2) },
			"2-fresh-processes": func() (tally, error) {
				counters := startCounters(in, 2, 0, false)
				defer lockstep.EndAll(counters...)
				return countIn(counters, newHandout("static", size, 2, 1))
			},
		} {
			b.Run(fmt.Sprintf("by=%s/KB=%d", name, kb), func(b *testing.B) {
				b.SetBytes(size)
				for b.Loop() {
					_, err := count()
					lockstep.Check(err)
				}
			})
		}
	}
}

// BenchmarkMandelbrot paints with two processes: does each have as much to do as the other?
func BenchmarkMandelbrot(b *testing.B) {
	const width = 720
	pixels := make([]byte, width*width/2)
	for _, p := range []int{1, 2} {
		painters := startPainters(p, width)
		defer lockstep.EndAll(painters...)
		for _, schedule := range schedules {
			b.Run(fmt.Sprintf("schedule=%s/p=%d", schedule, p), func(b *testing.B) {
				for b.Loop() {
					lockstep.Check(paint(painters, pixels, width, newHandout(schedule, width/2, p, 4)))
				}
			})
		}
	}
}
