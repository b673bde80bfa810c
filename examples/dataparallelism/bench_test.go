package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"
)

const megabytes = 128 // large against adding up the tables, which is serial

// benchText generates a text. It was written just now, so it is in the page cache.
func benchText(b *testing.B, size int) text {
	name := filepath.Join(b.TempDir(), "text")
	var content bytes.Buffer
	if err := generate(&content, max(1, size/1_000_000), 1); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(name, content.Bytes()[:min(size, content.Len())], 0o600); err != nil {
		b.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	in, err := newText(name, f)
	if err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	return in
}

const benchChunk = 1 << 20

// BenchmarkWords counts with p processes that have been started before, and with p goroutines. The
// ideal is p times the median of one process, as recorded just before.
func BenchmarkWords(b *testing.B) {
	in := benchText(b, megabytes*1_000_000)
	var alone []float64 // MB/s of one process
	for p := 1; p <= 4; p++ {
		b.Run(fmt.Sprintf("by=processes/p=%d", p), func(b *testing.B) {
			counters, err := startCounters(context.Background(), in.file, p, 0, false)
			if err != nil {
				b.Fatal(err)
			}
			count := func() {
				if _, err := countIn(counters, newHandout("dynamic", in.size, p, benchChunk), in.size); err != nil {
					b.Fatal(err)
				}
			}
			count() // waits for the processes' start, and grows their memory
			b.SetBytes(in.size)
			begin := time.Now()
			for b.Loop() {
				count()
			}
			if p == 1 {
				alone = append(alone, float64(in.size)*float64(b.N)/1e6/time.Since(begin).Seconds())
			}
			for _, c := range counters {
				c.process.End()
			}
		})
		b.Run(fmt.Sprintf("by=goroutines/p=%d", p), func(b *testing.B) {
			b.SetBytes(in.size)
			for b.Loop() {
				if _, err := countInGoroutines(in.file, in.size, newHandout("dynamic", in.size, p, benchChunk), p); err != nil {
					b.Fatal(err)
				}
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
// words there are, and the serial variant, whose table has each word.
func BenchmarkOneCore(b *testing.B) {
	in := benchText(b, megabytes*1_000_000)
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	for name, args := range map[string][]string{"wc-w": {"wc", "-w", in.name}, "serial": {self, "serial", "-in", in.name}} {
		if _, err := exec.LookPath(args[0]); err != nil {
			continue
		}
		b.Run("program="+name, func(b *testing.B) {
			b.SetBytes(in.size)
			for b.Loop() {
				cmd := exec.Command(args[0], args[1:]...)
				cmd.Env = append(os.Environ(), "LC_ALL=C", "GOMAXPROCS=1")
				if err := cmd.Run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSize counts texts from small to large: in one goroutine, in two, and in two processes
// that are started for it. From which size on does a start pay?
func BenchmarkSize(b *testing.B) {
	for _, kb := range []int{1, 16, 256, 4_000, 64_000} {
		in := benchText(b, kb*1000)
		ways := []struct {
			name string
			run  func() error
		}{
			{"serial", func() error { _, err := countRange(in.file, 0, in.size); return err }},
			{"2-goroutines", func() error {
				_, err := countInGoroutines(in.file, in.size, newHandout("static", in.size, 2, 1), 2)
				return err
			}},
			{"2-fresh-processes", func() error {
				counters, err := startCounters(context.Background(), in.file, 2, 0, false)
				if err == nil {
					_, err = countIn(counters, newHandout("static", in.size, 2, 1), in.size)
				}
				for _, c := range counters {
					c.process.End()
				}
				return err
			}},
		}
		for _, way := range ways {
			b.Run(fmt.Sprintf("by=%s/KB=%d", way.name, kb), func(b *testing.B) {
				b.SetBytes(in.size)
				for b.Loop() {
					if err := way.run(); err != nil {
						b.Fatal(err)
					}
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
		for _, schedule := range schedules {
			b.Run(fmt.Sprintf("schedule=%s/p=%d", schedule, p), func(b *testing.B) {
				for b.Loop() {
					if err := paint(painters, pixels, width, newHandout(schedule, width/2, p, 4)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		for _, p := range painters {
			p.process.End()
		}
	}
}
