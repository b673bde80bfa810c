package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"

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

var faulty = pool.Func("faulty", func(ctx context.Context, fault string) (string, error) {
	if f := faults[fault]; f != nil {
		f()
	}
	return fault, nil
})

// limited is an initialiser: it bounds the memory of the worker it runs in.
var limited = pool.Func("limited", func(ctx context.Context, mb int) (struct{}, error) {
	return struct{}{}, limitMemory(mb)
})

// runContain runs the same four tasks, one of them faulty, in worker processes and as goroutines.
func runContain(args []string) error {
	names := []string{"nilmap", "goroutine", "memory"}
	fs := newFlags("contain")
	fault := fs.String("fault", "goroutine", "what goes wrong: "+strings.Join(names, ", "))
	mb := intFlag(fs, "mb", 512, 256, 65536, "how much memory -fault memory may use, in MiB")
	if err := parse(fs, args); err != nil {
		return err
	}
	if !slices.Contains(names, *fault) {
		return usagef("-fault %q: want one of %s", *fault, strings.Join(names, ", "))
	}
	options := []pool.Option{pool.Workers(2), pool.Output(os.Stdout, io.Discard)}
	if *fault == "memory" {
		options = append(options, pool.Init(limited, *mb))
	}
	ctx := context.Background()
	p, err := pool.New(ctx, options...)
	if err != nil {
		return err
	}
	defer p.Close()
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
	say("as processes: %d of 4 tasks answered; %s", answers, failed)

	child := self("contain-goroutines", *fault, fmt.Sprint(*mb))
	child.Stderr = nil // the report of a crash, many lines
	out, err := captured(child)
	n := strings.Count(out, "answered")
	say("as goroutines: %d of 4 tasks answered; the program died: %v", n, err)
	return p.Close()
}

// containGoroutines is a program that runs the tasks as goroutines. The faulty one goes first;
// the others wait for a turn that never comes.
func containGoroutines(args []string) error {
	var mb int
	fmt.Sscan(args[1], &mb)
	if args[0] == "memory" {
		if err := limitMemory(mb); err != nil {
			return err
		}
	}
	turn := make(chan struct{})
	var wg sync.WaitGroup
	for _, name := range []string{"one", "two", args[0], "four"} {
		wg.Go(func() {
			if f := faults[name]; f != nil {
				f()
				close(turn)
			}
			<-turn
			say("%s answered", name)
		})
	}
	wg.Wait()
	return nil
}
