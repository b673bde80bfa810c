package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
)

// taskChild is the other side of a worker: it does the tasks whose numbers it reads.
func taskChild(args []string) error {
	j, err := childJob(args)
	if err != nil {
		return err
	}
	fault := ""
	if len(args) > 2 {
		fault = args[2]
	}
	for task := range numbers(os.Stdin) {
		switch fault {
		case "fail":
			return fmt.Errorf("[task %d] out of luck", task)
		case "hang":
			continue // and no answer
		}
		mean, err := j.do(context.Background(), task)
		if err != nil {
			return err
		}
		say("%d %v", task, mean)
	}
	return nil
}

// childJob returns what startWorker has passed.
func childJob(args []string) (j job, err error) {
	const want = "this role is for children: want count and seed"
	if len(args) < 2 {
		return j, usagef(want)
	}
	if j.count, err = strconv.Atoi(args[0]); err == nil {
		j.seed, err = strconv.Atoi(args[1])
	}
	if err != nil || j.count < 1 {
		return j, usagef(want+", got %.40q", args)
	}
	return j, nil
}

// numbers returns the numbers that come from r. When r ends, so does the process, even at work: its
// parent has all it wants, or it is gone.
func numbers(r io.Reader) <-chan int {
	c := make(chan int)
	go func() {
		in := bufio.NewScanner(r)
		for in.Scan() {
			task, err := strconv.Atoi(in.Text())
			if err != nil {
				fmt.Fprintf(os.Stderr, "dosomething: want the number of a task, got %.40q\n", in.Text())
				os.Exit(1)
			}
			c <- task
		}
		if in.Err() != nil {
			fmt.Fprintf(os.Stderr, "dosomething: the next task: %v\n", in.Err())
			os.Exit(1)
		}
		os.Exit(0)
	}()
	return c
}
