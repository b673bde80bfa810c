package main

import (
	"context"
	"errors"
	"math"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/multiprocessing/pool"
)

var errNegative = errors.New("negative number")

var root = pool.Func("root", func(_ context.Context, x float64) (float64, error) {
	if x < 0 {
		return 0, errNegative // NOTE: incorrect: only the text arrives
	}
	return math.Sqrt(x), nil
})

// A rootAnswer says as a value what the caller has to tell apart.
type rootAnswer struct {
	Root     float64
	Negative bool
}

var rootOrNot = pool.Func("root or not", func(_ context.Context, x float64) (rootAnswer, error) {
	if x < 0 {
		return rootAnswer{Negative: true}, nil
	}
	return rootAnswer{Root: math.Sqrt(x)}, nil
})

// runErrors asks two functions for the root of a negative number.
func runErrors(f *lockstep.Flags) {
	f.Parse()
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(1))
	lockstep.Check(err)
	_, err = root.Call(ctx, p, -4)
	lockstep.Say("the error: %v", err)
	lockstep.Say("errors.Is(err, errNegative): %v", errors.Is(err, errNegative))
	answer, err := rootOrNot.Call(ctx, p, -4)
	lockstep.Check(err)
	lockstep.Say("as a value: negative is %v", answer.Negative)
	lockstep.Check(p.Close())
}
