package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
)

// runAll has every strategy do the same work.
func runAll(args []string) error {
	fs := newFlags("all")
	w := workFlags(fs)
	if err := parse(fs, args); err != nil {
		return err
	}
	for _, s := range strategies {
		if err := w.run(s, func(string) {}); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	say("%d strategies, %d tellers, %d deposits each: every balance %d",
		len(strategies), *w.tellers, *w.deposits, w.expected())
	return nil
}

// strategyVariant returns the variant that runs one strategy.
func strategyVariant(name string) func(args []string) error {
	return func(args []string) error {
		fs := newFlags(name)
		w := workFlags(fs)
		w.kill = intFlag(fs, "kill", 0, 0, 64, "kill this teller half way through; 0 is none")
		if err := parse(fs, args); err != nil {
			return err
		}
		if *w.kill > *w.tellers {
			return usagef("-kill %d: there are only %d tellers", *w.kill, *w.tellers)
		}
		s, err := findStrategy(name)
		if err != nil {
			return err
		}
		return w.run(s, func(line string) { say("%s", line) })
	}
}

// A workload is the same for every strategy.
type workload struct {
	tellers, deposits *int
	kill              *int // nil or 0: nobody
	apart             *bool
}

func workFlags(fs *flag.FlagSet) workload {
	return workload{
		tellers:  intFlag(fs, "tellers", 4, 1, 64, "how many teller processes"),
		deposits: intFlag(fs, "deposits", 250, 1, 1_000_000, "how many deposits of 1 each makes"),
		apart:    fs.Bool("apart", false, "each teller has accounts of its own"),
	}
}

// start returns the balances before the work: what is deposited comes from an even account, the
// cash, and goes to the odd one after it.
func (w workload) start() []int64 {
	if *w.apart {
		return slices.Repeat([]int64{int64(*w.deposits), 0}, *w.tellers)
	}
	return []int64{int64(*w.tellers) * int64(*w.deposits), 0}
}

// expected returns what is in every odd account after the work.
func (w workload) expected() int64 { return w.start()[0] }

func (w workload) run(s strategy, report func(line string)) (err error) {
	dir, remove, err := tempDir()
	if err != nil {
		return err
	}
	defer remove()
	b, err := openBranch(s, dir, w.start())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	if err := b.hire(*w.tellers, *w.apart); err != nil {
		return err
	}
	remove()
	b.report = report
	report(fmt.Sprintf("%d tellers have opened the accounts", *w.tellers))
	victim := 0
	if w.kill != nil {
		victim = *w.kill
	}
	made, failed := b.work(*w.deposits, victim)
	if failed != nil && victim == 0 {
		return failed
	}
	balances, err := b.ledger.balances()
	if err != nil {
		return errors.Join(failed, err)
	}
	return errors.Join(failed, w.check(balances, made, report))
}

// check fails if the balances are not what they were at the start, and each deposit made, once.
func (w workload) check(balances []int64, made []int, report func(string)) error {
	want := w.start()
	var deposits, cash, accounts int64
	for i, n := range made {
		from := firstAccount(i, *w.apart)
		want[from] -= int64(n)
		want[from+1] += int64(n)
		deposits += int64(n)
	}
	if !slices.Equal(balances, want) {
		return fmt.Errorf("the balances are %d, want %d: money was made or lost", balances, want)
	}
	for i := 0; i < len(balances); i += 2 {
		cash += balances[i]
		accounts += balances[i+1]
	}
	report(fmt.Sprintf("%d tellers made %d deposits: cash %d, accounts %d",
		len(made), deposits, cash, accounts))
	return nil
}
