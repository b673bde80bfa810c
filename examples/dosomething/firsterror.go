package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/errgroup"
)

// runFirstError lets the second of six tasks fail, while two others are at work and the rest wait for
// a place. Those at work never end by themselves: if nobody ended them, neither would this.
func runFirstError(f *lockstep.Flags) {
	f.Parse()
	fates := make([]string, 6) // each goroutine writes its own element only
	var begun sync.WaitGroup
	begun.Add(3)
	g, ctx := errgroup.WithContext(context.Background())
	g.SetLimit(3)
	for i := range fates {
		g.Go(func() error {
			if ctx.Err() != nil {
				fates[i] = "not started"
				return nil
			}
			w, err := lockstep.StartContext(ctx, fmt.Sprintf("task %d", i+1), "unlucky", i+1 == 2)
			lockstep.Check(err)
			begun.Done()
			begun.Wait() // the first three have a process now
			_, err = w.Step()
			fates[i] = "failed"
			if ctx.Err() != nil {
				fates[i] = "at work, and killed"
			}
			return err
		})
	}
	err := g.Wait() // the first error; those that follow from it are not kept
	for i, fate := range fates {
		lockstep.Say("task %d: %s", i+1, fate)
	}
	lockstep.Check(err)
}

func unlucky(args lockstep.Args) {
	lockstep.Turn()
	if args[0] == "true" {
		lockstep.Check(errors.New("out of luck"))
	}
	select {} // at work, and for ever
}
