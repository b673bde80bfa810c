package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"strconv"
)

// runExercise solves the page's exercise: the tasks throw darts at a square and count those that
// hit the quarter circle in it, whose share is a quarter of pi.
func runExercise(args []string) error {
	fs := newFlags("exercise")
	given := jobFlags(fs, 12, 1_000_000)
	p := workersFlag(fs, "p", "how many processes")
	if err := parse(fs, args); err != nil {
		return err
	}
	j := given()
	hits, err := j.hits(context.Background(), min(*p, j.tasks))
	if err != nil {
		return err
	}
	total := 0
	for _, n := range hits {
		total += n
	}
	thrown := j.tasks * j.count
	pi := 4 * float64(total) / float64(thrown)
	say("%d of %d hit: pi is about %.5f, off by %.5f", total, thrown, pi, math.Abs(pi-math.Pi))
	return nil
}

// hits has p processes throw the darts, and returns how many of each task have hit.
func (j job) hits(ctx context.Context, p int) ([]int, error) {
	hits := make([]int, j.tasks) // each goroutine writes elements of its own
	return hits, j.share(ctx, p, "exercise-child", nil, func(w *worker, task int) error {
		line, err := w.askLine(task)
		if err == nil {
			hits[task-1], err = parseHits(line, j.count)
		}
		return err
	})
}

func parseHits(line string, thrown int) (int, error) {
	n, err := strconv.Atoi(line)
	if err != nil || n < 0 || n > thrown {
		return 0, fmt.Errorf("asked for hits, the answer is %.40q", line)
	}
	return n, nil
}

func exerciseChild(args []string) error {
	j, err := childJob(args)
	if err != nil {
		return err
	}
	for task := range numbers(os.Stdin) {
		random, hits := stream(j.seed, task), 0
		for range j.count {
			x, y := random.Float64(), random.Float64()
			if float64(x*x)+float64(y*y) < 1 { // rounded as written, on every kind of processor
				hits++
			}
		}
		say("%d", hits)
	}
	return nil
}
