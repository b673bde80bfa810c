// Squares is a small program with a pool.
package main

import (
	"context"
	"fmt"
	"log"
	"slices"

	"example.com/lockstep/examples/multiprocessing/pool"
)

var square = pool.Func("square", func(_ context.Context, n int) (int, error) { return n * n, nil })

func main() {
	pool.Serve() // in a worker this does not return
	ctx := context.Background()
	p, err := pool.New(ctx)
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	for sq, err := range square.Map(ctx, p, slices.Values([]int{1, 2, 3, 4, 5, 6})) {
		fmt.Println(sq, err)
	}
}
