package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"example.com/lockstep/examples/multiprocessing/pool"
	"golang.org/x/sync/errgroup"
)

// The same function with other codecs, and one that takes a tenth of a millisecond.
var (
	squareGob  = pool.Func("square gob", plainSquare, pool.Gob)
	squareJSON = pool.Func("square json", plainSquare, pool.JSON)
	spin       = pool.Func("spin", func(_ context.Context, n int) (int, error) {
		x := uint64(n)
		for range 100_000 {
			x = x*6364136223846793005 + 1442695040888963407
		}
		return int(x), nil
	})
)

func plainSquare(_ context.Context, n int) (int, error) { return n * n, nil }

func benchPool(b *testing.B, options ...pool.Option) *pool.Pool {
	b.Helper()
	p, err := pool.New(b.Context(), options...)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { p.Close() })
	return p
}

// mapped runs b.N tasks. The pool is warm, and its window has adapted, before the clock starts.
func mapped(b *testing.B, p *pool.Pool, f *pool.Function[int, int]) {
	run := func(n int) {
		for _, err := range f.Map(b.Context(), p, numbers(n)) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	run(500)
	b.ResetTimer()
	run(b.N)
	rate(b)
}

func rate(b *testing.B) {
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tasks/s")
}

// BenchmarkTasks squares numbers, which takes no time: all that is measured is the price of a task.
func BenchmarkTasks(b *testing.B) {
	b.Run("way=goroutines", func(b *testing.B) {
		sink = sumGoroutines(b.N, 2)
		rate(b)
	})
	b.Run("way=pool", func(b *testing.B) { mapped(b, benchPool(b, pool.Workers(2)), square) })
	b.Run("way=call", func(b *testing.B) {
		p := benchPool(b, pool.Workers(2))
		b.ResetTimer()
		for i := range b.N {
			if _, err := square.Call(b.Context(), p, i); err != nil {
				b.Fatal(err)
			}
		}
		rate(b)
	})
	for _, chunk := range []int{1, 1000} {
		b.Run(fmt.Sprintf("way=python-%d", chunk), func(b *testing.B) { python(b, chunk) })
	}
}

var sink int

// sumGoroutines hands the tasks, one by one, to goroutines.
func sumGoroutines(n, workers int) (sum int) {
	tasks, results := make(chan int, 64), make(chan int, 64)
	var g errgroup.Group
	for range workers {
		g.Go(func() error {
			for i := range tasks {
				results <- i * i
			}
			return nil
		})
	}
	go func() {
		for i := range n {
			tasks <- i
		}
		close(tasks)
		g.Wait()
		close(results)
	}()
	for sq := range results {
		sum += sq
	}
	return sum
}

// python runs Python's multiprocessing.Pool.map. Its figure, not ours, is what is reported.
func python(b *testing.B, chunk int) {
	interpreter, err := exec.LookPath("python3")
	if err != nil {
		b.Skip("no python3 here: apt-get install python3")
	}
	script := filepath.Join("..", "..", "testdata", "multiprocessing", "pool.py")
	n := map[int]int{1: 20_000, 1000: 2_000_000}[chunk]
	out, err := exec.Command(interpreter, script, "2", strconv.Itoa(chunk), strconv.Itoa(n)).Output()
	if err != nil {
		b.Fatal(err)
	}
	perSecond, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(perSecond, "tasks/s")
	b.ReportMetric(1e9/perSecond, "ns/op")
}

// BenchmarkWindow fixes how many tasks lie at a worker, with each of the codecs.
func BenchmarkWindow(b *testing.B) {
	for _, f := range []*pool.Function[int, int]{square, squareJSON, squareGob} {
		codec := map[string]string{"square": "auto", "square json": "json", "square gob": "gob"}[f.Name()]
		for _, window := range []int{1, 4, 16, 64, 256, 1024} {
			b.Run(fmt.Sprintf("codec=%s/window=%d", codec, window), func(b *testing.B) {
				mapped(b, benchPool(b, pool.Workers(2), pool.Window(window)), f)
			})
		}
	}
}

// BenchmarkWorkers runs tasks of some 100 microseconds of computing.
func BenchmarkWorkers(b *testing.B) {
	for _, workers := range []int{1, 2, 3, 4} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			mapped(b, benchPool(b, pool.Workers(workers)), spin)
		})
	}
}

// BenchmarkStart starts and closes a pool of two workers.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		p, err := pool.New(b.Context(), pool.Workers(2))
		if err != nil {
			b.Fatal(err)
		}
		if err := p.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
