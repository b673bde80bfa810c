//go:build unix

package main

import (
	"errors"
	"strconv"
	"sync/atomic"
)

// runCount lets n processes count at full speed. The atomic addition is one instruction for all
// processors; the mapping makes it one counter for all processes.
func runCount(args []string) error {
	fs := newFlags("count")
	n := intFlag(fs, "n", 2, 1, 64, "how many processes")
	times := intFlag(fs, "times", 100_000, 1, 100_000_000, "how often each adds 1")
	plain := fs.Bool("plain", false, "count with ++, which is not atomic")
	if err := parse(fs, args); err != nil {
		return err
	}
	mem, err := newMemory(4096)
	if err != nil {
		return err
	}
	defer mem.close()
	team, err := startTeam(mem, *n, "count-child", strconv.Itoa(*times), strconv.FormatBool(*plain))
	if err != nil {
		return err
	}
	for _, w := range team {
		w.allow()
	}
	var errs []error
	for _, w := range team {
		errs = append(errs, w.await())
	}
	if err := errors.Join(append(errs, endAll(team))...); err != nil {
		return err
	}
	counter, err := at[atomic.Uint64](mem.bytes, 0)
	if err != nil {
		return err
	}
	want := uint64(*n) * uint64(*times)
	got := counter.Load()
	say("%d processes added 1 %d times: the counter is %d, %d lost", *n, *times, got, want-got)
	return nil
}

func countChild(args []string) error {
	times, err1 := strconv.Atoi(args[3])
	plain, err2 := strconv.ParseBool(args[4])
	mem, err3 := inherited()
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	if err := turn(); err != nil {
		return err
	}
	if err := countUp(mem.bytes, 0, times, plain); err != nil {
		return err
	}
	return done()
}

// countUp adds 1 to the word at an offset.
func countUp(mem []byte, offset uint64, times int, plain bool) error {
	counter, err := at[atomic.Uint64](mem, offset)
	if err != nil {
		return err
	}
	word, err := at[uint64](mem, offset)
	if err != nil {
		return err
	}
	for range times {
		if plain {
			*word++
		} else {
			counter.Add(1)
		}
	}
	return nil
}
