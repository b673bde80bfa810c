package main

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
)

// tellerRole opens a ledger and makes as many deposits of 1 as each order says.
func tellerRole(args []string) error {
	name, strategy := args[0], args[1]
	accounts, err := parseInts(args[2:4])
	if err != nil {
		return err
	}
	from, to := int(accounts[0]), int(accounts[1])
	s, err := findStrategy(strategy)
	if err != nil {
		return err
	}
	l, err := s.open(".")
	if err != nil {
		return err
	}
	defer l.close()
	orders := orders()
	say("ready")
	for order := range orders {
		n, err := strconv.Atoi(order)
		if err != nil {
			return err
		}
		for range n {
			if err := l.move(from, to, 1); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		again := ""
		if r, ok := l.(interface{ retries() int }); ok {
			again = fmt.Sprintf(", %d retries", r.retries())
		}
		say("[%s] %d deposits%s", name, n, again)
	}
	return nil
}

// work has each teller make so many deposits, all at once. The victim makes half of them, and is
// killed. It returns how many each has made.
func (b *branch) work(deposits, victim int) (made []int, err error) {
	made = make([]int, len(b.tellers)) // each goroutine writes its own element
	errs := make([]error, len(b.tellers))
	var wg sync.WaitGroup
	for i, t := range b.tellers {
		wg.Go(func() {
			n := deposits
			if i+1 == victim {
				n /= 2
			}
			t.order(strconv.Itoa(n))
			line, err := t.answer()
			if err != nil {
				errs[i] = err
				b.hurry()
				return
			}
			made[i] = n
			b.report(line)
			if i+1 == victim {
				errs[i] = t.kill()
			}
		})
	}
	wg.Wait()
	return made, errors.Join(errs...)
}

// hurry bounds the time of all tellers when one has failed: it may have left something behind
// that they wait for.
func (b *branch) hurry() {
	for _, t := range b.tellers {
		t.limit()
	}
}
