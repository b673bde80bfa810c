package pool_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"example.com/lockstep/examples/multiprocessing/pool"
)

func ExampleFunction_Map() {
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(2)) // main, or here TestMain, has called pool.Serve
	if err != nil {
		fmt.Println(err)
		return
	}
	defer p.Close()
	for sq, err := range square.Map(ctx, p, slices.Values([]int{1, 2, 3})) {
		fmt.Println(sq, err)
	}
	// Output:
	// 1 <nil>
	// 4 <nil>
	// 9 <nil>
}

func ExampleFunction_Submit() {
	ctx := context.Background()
	p, err := pool.New(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer p.Close()
	future := square.Submit(ctx, p, 12)
	// … something else …
	fmt.Println(future.Wait(ctx))
	// Output: 144 <nil>
}

func ExampleCrashError() {
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(1), pool.Output(nil, io.Discard))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer p.Close()
	_, err = exit.Call(ctx, p, 3)
	fmt.Println(err)
	var crash *pool.CrashError
	if errors.As(err, &crash) {
		fmt.Printf("code %d, said %q\n", crash.State.ExitCode(), crash.Stderr)
	}
	fmt.Println(square.Call(ctx, p, 5)) // by a new worker
	// Output:
	// exit: worker 1: exit status 3
	// code 3, said "about to exit with 3\n"
	// 25 <nil>
}

func ExampleRetry() {
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(1), pool.Retry(2), pool.Output(nil, io.Discard))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer p.Close()
	_, err = exit.Call(ctx, p, 1)
	fmt.Println(err)
	// Output: exit: worker 1: exit status 1, given up after 3 crashes
}

// Answers as they come: a failed task is known by its index, a result by what is in it.
func ExampleFunction_Unordered() {
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer p.Close()
	for n, err := range fails.Unordered(ctx, p, slices.Values([]int{1, 2, 3, 4})) {
		var task *pool.TaskError
		if errors.As(err, &task) {
			fmt.Printf("input %d: %v\n", task.Index, task.Err)
		} else {
			fmt.Println(n)
		}
	}
	// Unordered output:
	// 1
	// 2
	// 4
	// input 2: 3 is no good
}

// Every worker, also one that replaces another, is initialised before its first task.
func ExampleInit() {
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Init(setUp, "ready"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer p.Close()
	fmt.Println(setting.Call(ctx, p, struct{}{}))
	// Output: ready <nil>
}

// A worker whose task does not end by itself is killed; the next task has another.
func ExampleTimeLimit() {
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(1), pool.TimeLimit(time.Second), pool.Grace(10*time.Millisecond))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer p.Close()
	_, err = stubborn.Call(ctx, p, "ignore")
	fmt.Println(err, errors.Is(err, context.DeadlineExceeded))
	fmt.Println(square.Call(ctx, p, 5))
	// Output:
	// stubborn: task ran longer than the time limit true
	// 25 <nil>
}
