package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"example.com/lockstep/examples/multiprocessing/pool"
)

// risky does what its argument says, and returns how many letters that has.
var risky = pool.Func("risky", func(ctx context.Context, how string) (int, error) {
	switch how {
	case "kill":
		dieByKill()
	case "exit":
		fmt.Fprintln(os.Stderr, "risky: I am leaving")
		os.Exit(3)
	case "goroutine":
		go func() { panic("nobody recovers this") }()
		select {}
	case "panic":
		var m map[string]int
		//lint:ignore SA5000 the panic is the subject
		m[how] = 1
	case "goexit":
		runtime.Goexit()
	case "error":
		return 0, errors.New("an error, as functions return it")
	}
	return len(how), nil
})

// runCrash runs tasks in one worker, the second of which goes wrong.
func runCrash(args []string) error {
	hows := []string{"kill", "exit", "goroutine", "panic", "goexit", "error"}
	fs := newFlags("crash")
	how := fs.String("how", "kill", "what the second task does: "+strings.Join(hows, ", "))
	if err := parse(fs, args); err != nil {
		return err
	}
	if !slices.Contains(hows, *how) {
		return usagef("-how %q: want one of %s", *how, strings.Join(hows, ", "))
	}
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(1), pool.Output(os.Stdout, io.Discard))
	if err != nil {
		return err
	}
	defer p.Close()
	for n, err := range risky.Map(ctx, p, slices.Values([]string{"before", *how, "behind", "after"})) {
		// region crash
		var crash *pool.CrashError
		switch {
		case errors.As(err, &crash):
			firstLine, _, _ := strings.Cut(crash.Stderr, "\n")
			say("%v; its last words: %q", err, firstLine)
		case err != nil:
			say("%v", err)
		default:
			say("answer %d", n)
		}
		// endregion crash
	}
	say("workers started: %d", p.Stats().Started)
	return p.Close()
}
