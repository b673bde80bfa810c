package main

import (
	"runtime"
	"sync"
)

// runRace loses a deposit between two goroutines of one process, always the same way: both read
// before either writes. Built with -race, the program says so itself.
func runRace(args []string) error {
	fs := newFlags("race")
	if err := parse(fs, args); err != nil {
		return err
	}
	dir, remove, err := tempDir()
	if err != nil {
		return err
	}
	defer remove()
	// A channel as the baton would order the accesses by the rules of the language, and there would
	// be no race. A baton in mapped memory orders them too, but the race detector does not watch it.
	if err := createCAS(dir, []int64{0}); err != nil {
		return err
	}
	baton, unmap, err := openMapped[word](dir, "words")
	if err != nil {
		return err
	}
	defer unmap()
	remove()

	balance := int64(opening) // shared, and guarded by nothing
	var wg sync.WaitGroup
	wg.Add(2)
	go func() { defer wg.Done(); raceDeposit(&balance, &baton[0], 0, 2) }()
	go func() { defer wg.Done(); raceDeposit(&balance, &baton[0], 1, 3) }()
	wg.Wait()
	say("balance %d, %d lost", balance, opening+2*deposit-balance)
	return nil
}

// raceDeposit reads the balance when the baton says first, and writes it when it says second.
func raceDeposit(balance *int64, baton *word, first, second int64) {
	await(baton, first)
	have := *balance
	baton.value.Add(1)
	await(baton, second)
	*balance = have + deposit // NOTE: incorrect: the other goroutine has read it too
	baton.value.Add(1)
}

func await(baton *word, turn int64) {
	for baton.value.Load() != turn {
		runtime.Gosched()
	}
}
