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

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/multiprocessing/pool"
)

// risky does what its argument says, and returns how many letters that has.
var risky = pool.Func("risky", func(_ context.Context, how string) (int, error) {
	switch how {
	case "kill":
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			self.Kill()
		}
		select {} // until it has arrived
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
func runCrash(f *lockstep.Flags) {
	how := f.Choice("how", "kill", "what the second task does", "kill", "exit", "goroutine", "panic", "goexit", "error")
	retry := f.Number("retry", 0, 0, 20, "how often a task is run again if its worker dies")
	f.Parse()
	ctx := context.Background()
	p, err := pool.New(ctx, pool.Workers(1), pool.Retry(*retry), pool.Output(os.Stdout, io.Discard))
	lockstep.Check(err)
	for n, err := range risky.Map(ctx, p, slices.Values([]string{"before", *how, "behind", "after"})) {
		if err != nil {
			lockstep.Say("%s", describe(err))
		} else {
			lockstep.Say("answer %d", n)
		}
	}
	lockstep.Say("workers started: %d", p.Stats().Started)
	lockstep.Check(p.Close())
}

// describe says why a task failed, and what its worker wrote last if it died.
func describe(err error) string {
	var crash *pool.CrashError
	if errors.As(err, &crash) {
		firstLine, _, _ := strings.Cut(crash.Stderr, "\n")
		return fmt.Sprintf("%v; its last words: %q", err, firstLine)
	}
	return err.Error()
}
