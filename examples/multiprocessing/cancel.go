package main

import (
	"context"
	"errors"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"example.com/lockstep/examples/hello/lockstep"
	"example.com/lockstep/examples/multiprocessing/pool"
)

// stubborn stands at a gate that never opens. What it does about its context and about SIGTERM, the
// first word of its argument says.
var stubborn = pool.Func("stubborn", func(ctx context.Context, how string) (int, error) {
	how, addr, _ := strings.Cut(how, " ")
	switch how {
	case "next":
		return 25, nil
	case "ignore":
		signal.Ignore(syscall.SIGTERM)
		fallthrough
	case "busy":
		ctx = context.WithoutCancel(ctx)
	}
	return 0, waitAt(ctx, addr)
})

// runCancel cancels a task once it has begun, and then uses the same pool again.
func runCancel(f *lockstep.Flags) {
	how := f.Choice("how", "obey", "the task: obey ends with its context, busy does not look at it, ignore also ignores SIGTERM",
		"obey", "busy", "ignore")
	grace := f.Time("grace", 100*time.Millisecond, 0, time.Minute, "from the context's end to SIGTERM, and from there to SIGKILL")
	f.Parse()
	background := context.Background()
	p, err := pool.New(background, pool.Workers(1), pool.Grace(*grace))
	lockstep.Check(err)
	g := newGate()
	ctx, cancel := context.WithCancelCause(background)
	future := stubborn.Submit(ctx, p, *how+" "+g.Addr().String())
	g.arrived() // now it has begun
	lockstep.Say("the task has begun; we cancel it")
	cancel(errors.New("not wanted any more"))
	_, err = future.Wait(background)
	lockstep.Say("the task is over: %v", err)
	n, err := stubborn.Call(background, p, "next")
	lockstep.Check(err)
	lockstep.Say("the next task is answered: %d; workers started: %d", n, p.Stats().Started)
	lockstep.Check(p.Close())
}
