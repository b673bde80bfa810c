package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"
)

const megabytes = 128 // large against the merge of the tables, which is serial

// benchText generates a text and reads it once, so that it is in the page cache.
func benchText(b *testing.B, size int) *input {
	name := filepath.Join(b.TempDir(), "text")
	var text bytes.Buffer
	if err := generate(&text, max(1, size/1_000_000), 1); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(name, text.Bytes()[:min(size, text.Len())], 0o600); err != nil {
		b.Fatal(err)
	}
	in, err := openInput(name)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, in.file); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(in.close)
	runtime.GC()
	return in
}

var benchJob = wordJob{schedule: "dynamic", chunk: 1 << 20, ends: lineEnds, limit: 256 << 20}

// BenchmarkWords counts with p processes that have been started before, and with
// p goroutines. The ideal is p times the median of one process, as recorded just
// before.
func BenchmarkWords(b *testing.B) {
	in := benchText(b, megabytes*1_000_000)
	var alone []float64 // MB/s of one process
	for p := 1; p <= 4; p++ {
		b.Run(fmt.Sprintf("by=processes/p=%d", p), func(b *testing.B) {
			c, err := startCrew(p, "words-child", "0")
			if err != nil {
				b.Fatal(err)
			}
			// The first text warms up: it waits for the processes' start, and grows their memory.
			_, err = c.countWords(in, benchJob, func(entry) {})
			b.SetBytes(in.size)
			begin := time.Now()
			for err == nil && b.Loop() {
				_, err = c.countWords(in, benchJob, func(entry) {})
			}
			if p == 1 {
				alone = append(alone, float64(in.size)*float64(b.N)/1e6/time.Since(begin).Seconds())
			}
			if err := c.end(err); err != nil {
				b.Fatal(err)
			}
		})
		b.Run(fmt.Sprintf("by=goroutines/p=%d", p), func(b *testing.B) {
			job := benchJob
			job.p = p
			b.SetBytes(in.size)
			for b.Loop() {
				if _, err := countInGoroutines(in, job, func(entry) {}); err != nil {
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

// BenchmarkOneCore starts a program that counts by itself: wc -w, which counts no
// more than how many there are, and the serial variant, whose table has each
// word.
func BenchmarkOneCore(b *testing.B) {
	in := benchText(b, megabytes*1_000_000)
	wc := func() *exec.Cmd { return exec.Command("wc", "-w", in.name) }
	if _, err := exec.LookPath("wc"); err == nil {
		b.Run("program=wc-w", func(b *testing.B) { runEach(b, in.size, wc) })
	}
	serial := func() *exec.Cmd { return self("serial", "-in", in.name) }
	b.Run("program=serial", func(b *testing.B) { runEach(b, in.size, serial) })
}

func runEach(b *testing.B, size int64, command func() *exec.Cmd) {
	b.SetBytes(size)
	for b.Loop() {
		cmd := command()
		cmd.Env = append(os.Environ(), "LC_ALL=C", "GOMAXPROCS=1")
		cmd.Stdout = nil
		if err := cmd.Run(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSize counts texts from small to large: in one goroutine, in two, and
// in two processes that are started for it. From which size on does a start pay?
func BenchmarkSize(b *testing.B) {
	for _, kb := range []int{1, 16, 256, 4_000, 64_000} {
		in := benchText(b, kb*1000)
		job := benchJob
		job.schedule = "static"
		ways := []struct {
			name string
			run  func() error
		}{
			{"serial", func() error { _, err := countSerially(in, job, func(entry) {}); return err }},
			{"2-goroutines", func() error {
				job.p = 2
				_, err := countInGoroutines(in, job, func(entry) {})
				return err
			}},
			{"2-fresh-processes", func() error {
				c, err := startCrew(2, "words-child", "0")
				if err == nil {
					_, err = c.countWords(in, job, func(entry) {})
				}
				return c.end(err)
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

// BenchmarkMandelbrot paints with two processes: does each have as much to do as
// the other?
func BenchmarkMandelbrot(b *testing.B) {
	v := view{720, 360}
	pixels := make([]byte, v.width*v.height)
	for _, p := range []int{1, 2} {
		c, err := startCrew(p, "rows-child")
		if err != nil {
			b.Fatal(err)
		}
		for _, schedule := range schedules {
			b.Run(fmt.Sprintf("schedule=%s/p=%d", schedule, p), func(b *testing.B) {
				for b.Loop() {
					if err := c.paint(pixels, v, schedule, 4); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		if err := c.end(nil); err != nil {
			b.Fatal(err)
		}
	}
}
