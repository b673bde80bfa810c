package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/multiprocessing/pool"
)

var faults = map[string]func(){
	"nilmap": func() {
		var m map[string]int
		//lint:ignore SA5000 the panic is the subject
		m["a"] = 1
	},
	"goroutine": func() {
		go func() { panic("nobody recovers this") }()
		select {}
	},
	"memory": func() {
		var all [][]byte
		for {
			//lint:ignore SA4010 that nobody reads it is the leak
			all = append(all, make([]byte, 64<<20))
		}
	},
}

var faulty = pool.Func("faulty", func(_ context.Context, fault string) (string, error) {
	if do := faults[fault]; do != nil {
		do()
	}
	return fault, nil
})

// limited is an initialiser: it bounds the memory of the worker it runs in.
var limited = pool.Func("limited", func(_ context.Context, megabytes int) (struct{}, error) {
	return struct{}{}, limitMemory(megabytes)
})

const limit = 512 // MiB, for the fault "memory"

// runContain runs the same four tasks, one of them faulty, in worker processes and as goroutines.
func runContain(f *lockstep.Flags) {
	fault := f.Choice("fault", "goroutine", "what goes wrong", "nilmap", "goroutine", "memory")
	f.Parse()
	options := []pool.Option{pool.Workers(2), pool.Output(os.Stdout, io.Discard)}
	if *fault == "memory" {
		options = append(options, pool.Init(limited, limit))
	}
	ctx := context.Background()
	p, err := pool.New(ctx, options...)
	lockstep.Check(err)
	answers, failed := 0, ""
	for _, err := range faulty.Map(ctx, p, slices.Values([]string{"one", "two", *fault, "four"})) {
		var crash *pool.CrashError
		switch {
		case errors.As(err, &crash):
			failed = "a worker died: " + crash.State.String()
		case err != nil:
			failed = err.Error()
		default:
			answers++
		}
	}
	lockstep.Say("as processes: %d of 4 tasks answered; %s", answers, failed)
	lockstep.Check(p.Close())

	var out bytes.Buffer
	child := lockstep.Command("program", "goroutines", *fault)
	child.Cmd.Stdout, child.Cmd.Stderr = &out, nil // its standard error is the report of a crash, many lines
	lockstep.Check(child.Start())
	err = child.Wait()
	lockstep.Say("as goroutines: %d of 4 tasks answered; the %v", bytes.Count(out.Bytes(), []byte("answered")), err)
}

// goroutines is a program that runs the tasks as goroutines. The faulty one goes first; the others
// wait for a turn that never comes.
func goroutines(args lockstep.Args) {
	if args[0] == "memory" {
		lockstep.Check(limitMemory(limit))
	}
	turn := make(chan struct{})
	var tasks sync.WaitGroup
	for _, name := range []string{"one", "two", args[0], "four"} {
		tasks.Go(func() {
			if do := faults[name]; do != nil {
				do()
				close(turn)
			}
			<-turn
			lockstep.Say("%s answered", name)
		})
	}
	tasks.Wait()
}
