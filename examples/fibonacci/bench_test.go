package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/lockstep/examples/hello/lockstep"
)

// The Python script's work: fib(35), nine times.
var nine = slices.Repeat([]int{35}, 9)

// withWorkers measures what processes compute that have been started before.
func withWorkers(b *testing.B, name string, p int, numbers []int) {
	b.Run(name, func(b *testing.B) {
		b.Setenv("GOMAXPROCS", "1")
		workers := startWorkers(p)
		defer lockstep.EndAll(workers...)
		for b.Loop() {
			answers, err := compute(workers, numbers)
			if sum := addUp(answers); err != nil || sum.value != 9*9227465 {
				b.Fatalf("%v, %v", sum, err)
			}
		}
	})
}

// BenchmarkNine computes fib(35) nine times.
func BenchmarkNine(b *testing.B) {
	b.Run("by=serial", func(b *testing.B) {
		for b.Loop() {
			computeSerially(nine)
		}
	})
	b.Run("by=goroutines", func(b *testing.B) {
		for b.Loop() {
			computeInGoroutines(nine, len(nine))
		}
	})
	p := runtime.NumCPU()
	var parts []int
	for _, n := range nine {
		more, _ := divide(n, 2)
		parts = append(parts, more...)
	}
	withWorkers(b, "by=a-process-per-core", p, nine)
	withWorkers(b, "by=a-process-per-number", len(nine), nine)
	withWorkers(b, "by=parts", p, longestFirst(parts))
}

// BenchmarkForkJoin computes fib(35) by processes that are started for it, down to a depth.
func BenchmarkForkJoin(b *testing.B) {
	for depth := range 6 {
		b.Run(fmt.Sprintf("by=processes/depth=%d", depth), func(b *testing.B) {
			for b.Loop() {
				if _, _, err := growTree(35, depth, 63, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

var sink int

// BenchmarkAlgorithm computes fib(35) the slow way, on every core there is, and by doubling.
func BenchmarkAlgorithm(b *testing.B) {
	b.Run("of=35/by=slow", func(b *testing.B) {
		for b.Loop() {
			sink, _ = fib(35)
		}
	})
	for _, n := range []int{35, 1000000} {
		b.Run(fmt.Sprintf("of=%d/by=doubling", n), func(b *testing.B) {
			for b.Loop() {
				sink = double(n).BitLen()
			}
		})
	}
}

// BenchmarkPython computes fib(25), nine times, with Python and with Go. Python's start is not in it.
func BenchmarkPython(b *testing.B) {
	python, err := exec.LookPath("python3")
	if err != nil {
		b.Skip("no python3 found")
	}
	script := filepath.Join("..", "..", "testdata", "fibonacci", "threads.py")
	for _, how := range []string{"serial", "threads", "processes"} {
		b.Run("by=python-"+how, func(b *testing.B) {
			total := 0.0
			for b.Loop() {
				out, err := exec.Command(python, script, how, "25", "9").Output()
				if err != nil {
					b.Fatal(err)
				}
				seconds, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
				if err != nil {
					b.Fatal(err)
				}
				total += seconds
			}
			b.ReportMetric(1e9*total/float64(b.N), "ns/op")
		})
	}
	numbers := slices.Repeat([]int{25}, 9)
	b.Run("by=go-serial", func(b *testing.B) {
		for b.Loop() {
			computeSerially(numbers)
		}
	})
	b.Run("by=go-goroutines", func(b *testing.B) {
		for b.Loop() {
			computeInGoroutines(numbers, len(numbers))
		}
	})
}
