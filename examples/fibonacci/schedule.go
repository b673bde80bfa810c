package main

import (
	"flag"
	"time"
)

// A schedule shares numbers out among p processes: its source says what a process gets next.
type schedule func(numbers []int, p int) source

type source func(process int) (n int, ok bool)

func runSchedule(name string, args []string, next schedule) error {
	fs := newFlags(name)
	run := scheduleFlags(fs, unequal, 3)
	if err := parse(fs, args); err != nil {
		return err
	}
	title := name + ": " + many(len(run.numbers()), "number", "numbers")
	sum, err := run.schedule(title, run.numbers(), next)
	if err != nil {
		return err
	}
	say("%v", sum)
	return nil
}

// A run is what the flags of a schedule say.
type run struct {
	list          *[]int
	count, doomed *int
	real          *bool
}

func (r run) numbers() []int { return *r.list }
func (r run) p() int         { return *r.count }

func scheduleFlags(fs *flag.FlagSet, numbers string, p int) run {
	return run{
		list:   numbersFlag(fs, numbers),
		count:  intFlag(fs, "p", p, 1, 64, "how many processes"),
		doomed: intFlag(fs, "kill", 0, 0, 64, "kill this process at its first number; 0 is none"),
		real:   fs.Bool("real", false, "by the real clock, not by counting calls"),
	}
}

// schedule has the numbers computed by a crew of its own, and draws who computed what.
func (r run) schedule(title string, numbers []int, next schedule) (sum result, err error) {
	if *r.doomed > r.p() || *r.doomed > len(numbers) {
		return sum, usagef("-kill %d: only %s", *r.doomed,
			many(min(r.p(), len(numbers)), "process gets a number", "processes get a number"))
	}
	c, err := startCrew(r.p(), "worker")
	if err != nil {
		return sum, err
	}
	say("%s, %s", title, many(r.p(), "process", "processes"))
	if *r.doomed > 0 {
		c[*r.doomed-1].doomed = true
	}
	lanes, sum, err := deal(c, next(numbers, r.p()), *r.real)
	if err := c.end(err); err != nil {
		return sum, err
	}
	last, share := draw(lanes)
	if *r.real {
		say("all done after %v, at work for %d %% of the time", time.Duration(last), share)
	} else {
		say("all done after the time of %d calls, at work for %d %% of it", last, share)
	}
	return sum, nil
}
