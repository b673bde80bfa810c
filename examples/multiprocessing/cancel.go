package main

import (
	"context"
	"errors"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"example.com/lockstep/examples/multiprocessing/pool"
)

// stubborn stands at a gate that never opens. What it does about its context and about SIGTERM,
// its argument says.
var stubborn = pool.Func("stubborn", func(ctx context.Context, how string) (int, error) {
	how, addr, _ := strings.Cut(how, " ")
	switch how {
	case "ignore":
		signal.Ignore(syscall.SIGTERM)
		fallthrough
	case "busy":
		ctx = context.WithoutCancel(ctx)
	}
	return 0, waiting{Gate: addr}.wait(ctx)
})

// runCancel cancels a task once it has begun, and then uses the same pool again.
func runCancel(args []string) error {
	hows := []string{"obey", "busy", "ignore"}
	fs := newFlags("cancel")
	how := fs.String("how", "obey",
		"the task: obey ends with its context, busy does not look at it, ignore also ignores SIGTERM")
	grace := intFlag(fs, "grace", 100, 0, 10_000,
		"milliseconds from the context's end to SIGTERM, and from there to SIGKILL")
	if err := parse(fs, args); err != nil {
		return err
	}
	if !slices.Contains(hows, *how) {
		return usagef("-how %q: want one of %s", *how, strings.Join(hows, ", "))
	}
	background := context.Background()
	p, err := pool.New(background, pool.Workers(1), pool.Grace(time.Duration(*grace)*time.Millisecond))
	if err != nil {
		return err
	}
	defer p.Close()
	g, err := newGate()
	if err != nil {
		return err
	}
	defer g.open()
	// region cancel
	ctx, cancel := context.WithCancelCause(background)
	defer cancel(nil)
	future := stubborn.Submit(ctx, p, *how+" "+g.addr())
	if err := g.arrived(); err != nil { // now it has begun
		return err
	}
	say("the task has begun; we cancel it")
	cancel(errors.New("not wanted any more"))
	_, err = future.Wait(background)
	// endregion cancel
	say("the task is over: %v", err)
	sq, err := square.Call(background, p, 5)
	if err != nil {
		return err
	}
	say("the next task is answered: %d; workers started: %d", sq, p.Stats().Started)
	return p.Close()
}
