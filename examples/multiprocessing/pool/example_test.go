package pool_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

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
