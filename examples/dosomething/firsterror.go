package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
	"golang.org/x/sync/errgroup"
)

// runFirstError lets one task fail while m-1 others are at work and the rest are waiting for a
// place. Those at work never end by themselves here: if nobody ended them, neither would this.
func runFirstError(f *lockstep.Flags) {
	k := f.Number("k", 6, 1, 10_000, "how many tasks")
	m := f.Number("m", 3, 1, 64, "how many processes at most are alive at a time")
	failing := f.Number("fail", 2, 1, 64, "the task that fails, one of the first m")
	f.Parse()
	if *failing > min(*m, *k) {
		lockstep.Usage("-fail %d: want one of the first %d tasks", *failing, min(*m, *k))
	}
	fates := make([]string, *k) // each goroutine writes its own element only
	var begun sync.WaitGroup
	begun.Add(min(*m, *k))
	g, ctx := errgroup.WithContext(context.Background())
	g.SetLimit(*m)
	for i := range fates {
		g.Go(func() error {
			if ctx.Err() != nil {
				fates[i] = "not started"
				return nil
			}
			w, err := lockstep.StartContext(ctx, fmt.Sprintf("task %d", i+1), "unlucky", i+1 == *failing)
			lockstep.Check(err)
			begun.Done()
			begun.Wait() // the first m have a process now
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
