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
	hits := make([]int, j.tasks) // each goroutine writes elements of its own
	throw := func(w *worker, task int) error {
		line, err := w.askLine(task)
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(line)
		if err != nil || n < 0 || n > j.count {
			return fmt.Errorf("asked for hits, the answer is %.40q", line)
		}
		hits[task-1] = n
		return nil
	}
	err := j.share(context.Background(), min(*p, j.tasks), "exercise-child", nil, throw)
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
