package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
)

// million is what a task of the benchmarks makes ten of.
const million = 1_000_000

// benchWays are the ways to do all tasks of a job, process start included.
var benchWays = []struct {
	name string
	run  func(j job, p int) ([]float64, error)
}{
	{"serial", func(j job, p int) ([]float64, error) { return serially(j), nil }},
	{"goroutines", func(j job, p int) ([]float64, error) {
		return j.inGoroutines(context.Background(), p)
	}},
	{"processes", func(j job, p int) ([]float64, error) {
		workers := j.startWorkers(min(p, j.tasks))
		defer lockstep.EndAll(workers...)
		answers, err := deal(workers, j.tasks, func() {})
		return parse(answers), err
	}},
}

// bench runs a job and reports how many numbers it makes in a second, in millions.
func bench(b *testing.B, j job, run func() ([]float64, error)) {
	begin := time.Now()
	for b.Loop() {
		means, err := run()
		if err != nil || slices.Contains(means, 0) {
			b.Fatal(means, err)
		}
	}
	made := float64(j.tasks) * float64(j.count) * float64(b.N)
	b.ReportMetric(made/million/time.Since(begin).Seconds(), "Mnumbers/s")
}

// BenchmarkWorkers does 12 tasks of ten million numbers with p processes or goroutines.
func BenchmarkWorkers(b *testing.B) {
	j := job{tasks: 12, count: 10 * million, seed: 1}
	for _, way := range benchWays[1:] {
		for _, p := range []int{1, 2, 3, 4, 12} {
			b.Run(fmt.Sprintf("by=%s/p=%d", way.name, p), func(b *testing.B) {
				bench(b, j, func() ([]float64, error) { return way.run(j, p) })
			})
		}
	}
}

// BenchmarkCount does 12 tasks of few numbers to many. From which size on does a start pay?
func BenchmarkCount(b *testing.B) {
	for _, way := range benchWays {
		for _, count := range []int{1000, 10_000, 100_000, million} {
			j := job{tasks: 12, count: count, seed: 1}
			b.Run(fmt.Sprintf("by=%s/count=%d", way.name, count), func(b *testing.B) {
				bench(b, j, func() ([]float64, error) { return way.run(j, runtime.NumCPU()) })
			})
		}
	}
}

// BenchmarkReturn compares what it costs to send back a mean and to send back all numbers. Each task
// has a process of its own in both.
func BenchmarkReturn(b *testing.B) {
	j := job{tasks: 12, count: million, seed: 1}
	b.Run("what=mean", func(b *testing.B) {
		bench(b, j, func() ([]float64, error) { return benchWays[2].run(j, j.tasks) })
	})
	b.Run("what=numbers", func(b *testing.B) {
		bench(b, j, func() ([]float64, error) {
			means := make([]float64, j.tasks)
			for i, from := range startSenders(j.tasks, j.count, j.seed) {
				list, err := readNumbers(from, j.count)
				if err != nil {
					return nil, err
				}
				means[i] = list[j.count-1] // some number, and proof that there is one
			}
			return means, nil
		})
	})
}
