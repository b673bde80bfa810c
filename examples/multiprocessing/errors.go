package main

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/multiprocessing/pool"
)

var (
	size        = pool.Func("size", sizeOf)
	sizeMissing = pool.Func("size or missing", sizeOrMissing)
)

// runErrors asks two functions for the size of a file that doesn't exist.
func runErrors(f *lockstep.Flags) {
	f.Parse()
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(1))
	lockstep.Check(err)
	_, err = size.Call(ctx, p, "no-such-file")
	lockstep.Say("the error: %v", err)
	lockstep.Say("errors.Is(err, fs.ErrNotExist): %v", errors.Is(err, fs.ErrNotExist))
	n, err := sizeMissing.Call(ctx, p, "no-such-file")
	lockstep.Check(err)
	lockstep.Say("as a value: %d", n)
	lockstep.Check(p.Close())
}

// sizeOf returns the size of a file.
func sizeOf(_ context.Context, path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err // NOTE: incorrect: only its text leaves the worker
	}
	return info.Size(), nil
}

// sizeOrMissing returns the size of a file, or -1 if there is none.
func sizeOrMissing(_ context.Context, path string) (int64, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return -1, nil
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
