package main

import (
	"context"
	"fmt"
	"os"
	"testing"

	"example.com/lockstep/examples/multiprocessing/pool"
)

func TestMain(m *testing.M) {
	pool.Serve() // a worker of a test is the test binary, started again
	os.Exit(m.Run())
}

// region submit

var cube = pool.Func("cube", func(_ context.Context, n int) (int, error) { return n * n * n, nil })

func Example_submit() {
	ctx := context.Background()
	p, err := pool.New(ctx) // TestMain, or main, has called pool.Serve
	if err != nil {
		fmt.Println(err)
		return
	}
	defer p.Close()
	future := cube.Submit(ctx, p, 12)
	fmt.Println("the program goes on")
	fmt.Println(future.Wait(ctx))
	// Output:
	// the program goes on
	// 1728 <nil>
}

// endregion submit

// born is the process in which the package was initialised.
var born = os.Getpid()

var bornHere = pool.Func("born here", func(_ context.Context, _ struct{}) (bool, error) {
	return born == os.Getpid(), nil
})

// TestSquare calls a function in a worker, and one that knows its worker's variables: they were
// initialised in the worker.
func TestSquare(t *testing.T) {
	p, err := pool.New(t.Context(), pool.Workers(1))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if sq, err := square.Call(t.Context(), p, 12); sq != 144 || err != nil {
		t.Errorf("12 squared: %d, %v", sq, err)
	}
	if here, err := bornHere.Call(t.Context(), p, struct{}{}); !here || err != nil {
		t.Errorf("the worker's variables were initialised in the worker: %v, %v", here, err)
	}
}
