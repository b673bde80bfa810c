package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A speedup is how many times faster p workers are than one.
type speedup struct {
	p     int
	times float64
}

// speedups divides the medians by that of one worker. They are in the order of p.
func (rec recording) speedups(name, unit string) ([]speedup, error) {
	var all []speedup
	for full, rates := range rec.results {
		digits, ok := strings.CutPrefix(full, name+"/p=")
		if p, err := strconv.Atoi(digits); ok && err == nil && p > 0 {
			all = append(all, speedup{p, median(rates)})
		}
	}
	slices.SortFunc(all, func(a, b speedup) int { return a.p - b.p })
	if len(all) < 2 || all[0].p != 1 {
		return nil, usagef("want results %s/p=1 and at least one more p, in %s", name, unit)
	}
	one := all[0].times
	for i := range all {
		all[i].times /= one
	}
	return all, nil
}

// printSpeedups says for each number of workers what it gains, and which share that leaves to one.
func printSpeedups(all []speedup, cpus int, law string, share func(times, p float64) float64) {
	say("  p  speed-up  efficiency  serial share (%s)", law)
	for _, s := range all {
		line := ""
		switch p := float64(s.p); {
		case s.p > cpus:
			line = "more than processors"
		case s.p > 1:
			line = strconv.FormatFloat(share(s.times, p), 'f', 3, 64)
		}
		line = fmt.Sprintf("%3d  %8.2f  %10.2f  %s", s.p, s.times, s.times/float64(s.p), line)
		say("%s", strings.TrimRight(line, " "))
	}
}

// printOutlook applies the law to more workers than this machine has processors. The share comes
// from the most workers that had a processor each.
func printOutlook(all []speedup, cpus int, law string, share, predict func(v, p float64) float64) {
	last := all[0]
	for _, s := range all {
		if s.p <= cpus {
			last = s
		}
	}
	if last.p == 1 {
		say("  %s: two workers need two processors", law)
		return
	}
	switch s := share(last.times, float64(last.p)); {
	case s <= 0:
		say("  %s: at least p times as fast: no serial share stands out from the noise", law)
	case s >= 1:
		say("  %s: no faster than one: more workers would not help", law)
	default:
		say("  %s, if the share stays %.3f: 4 processors %.2f, 16 %.2f, 256 %.2f", law, s,
			predict(s, 4), predict(s, 16), predict(s, 256))
	}
}
