package main

import (
	"sync"

	"example.com/lockstep/examples/bank/ledger"
	"example.com/lockstep/examples/hello/lockstep"
)

// runGoroutines has goroutines for tellers, and a mutex in place of the kernel's locks.
func runGoroutines(f *lockstep.Flags) {
	tellers := f.Number("tellers", 4, 1, 64, "how many goroutines")
	deposits := f.Number("deposits", 250, 1, 50_000, "how many deposits of 1 each makes")
	f.Parse()
	l, err := ledger.NewMutex([]int64{int64(*tellers * *deposits), 0})
	lockstep.Check(err)
	var wg sync.WaitGroup
	for i := range *tellers {
		wg.Go(func() {
			for range *deposits {
				lockstep.Check(l.Move(0, 1, 1))
			}
			lockstep.Say("[goroutine %d] %d deposits", i+1, *deposits)
		})
	}
	wg.Wait()
	balances, err := l.Balances()
	lockstep.Check(err)
	lockstep.Say("%d tellers made %d deposits: cash %d, accounts %d",
		*tellers, *tellers**deposits, balances[0], balances[1])
}
