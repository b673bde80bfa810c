package main

import (
	"context"
	"time"

	"example.com/lockstep/examples/multiprocessing/pool"

	"golang.org/x/sync/errgroup"
)

// runCompare squares numbers by a direct call, in goroutines, and in processes. The sums are equal;
// what a task costs is not.
func runCompare(args []string) error {
	fs := newFlags("compare")
	n := intFlag(fs, "n", 100_000, 1, 100_000_000, "how many numbers")
	workers := intFlag(fs, "workers", 2, 1, 64, "how many goroutines, and how many processes")
	if err := parse(fs, args); err != nil {
		return err
	}
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(*workers))
	if err != nil {
		return err
	}
	defer p.Close()
	for _, way := range []struct {
		name string
		sum  func() (int, error)
	}{
		{"direct calls", func() (int, error) { return sumDirect(*n), nil }},
		{"goroutines", func() (int, error) { return sumGoroutines(*n, *workers), nil }},
		{"processes", func() (int, error) { return sumProcesses(ctx, p, *n) }},
	} {
		start := time.Now()
		sum, err := way.sum()
		if err != nil {
			return err
		}
		each := float64(time.Since(start).Nanoseconds()) / float64(*n)
		say("%-12s  sum %d, %.1f ns a task", way.name, sum, each)
	}
	return p.Close()
}

func squareOf(n int) int { return n * n }

func sumDirect(n int) (sum int) {
	for i := range n {
		sum += squareOf(i)
	}
	return sum
}

// sumGoroutines hands the same tasks, one by one, to goroutines.
func sumGoroutines(n, workers int) (sum int) {
	tasks, results := make(chan int, 64), make(chan int, 64)
	var g errgroup.Group
	for range workers {
		g.Go(func() error {
			for i := range tasks {
				results <- squareOf(i)
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

func sumProcesses(ctx context.Context, p *pool.Pool, n int) (sum int, err error) {
	for sq, err := range square.Map(ctx, p, numbers(n, -1)) {
		if err != nil {
			return 0, err
		}
		sum += sq
	}
	return sum, nil
}
