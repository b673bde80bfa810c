package main

import (
	"sync"

	"example.com/lockstep/examples/hello/lockstep"
)

// runRace loses a deposit between two goroutines. Built with -race, the program says so itself.
func runRace(f *lockstep.Flags) {
	f.Parse()
	lockstep.Say("balance %d", raceDeposits())
}

// raceDeposits has two goroutines add 50 to a balance of 100. Both read it before either writes, so
// one deposit is lost. Nothing orders the two writes, which makes them a data race.
func raceDeposits() int {
	balance := 100
	var bothHaveRead, done sync.WaitGroup
	bothHaveRead.Add(2)
	for range 2 {
		done.Go(func() {
			have := balance
			bothHaveRead.Done()
			bothHaveRead.Wait()
			balance = have + 50 // NOTE: incorrect: the other goroutine may write at this moment
		})
	}
	done.Wait()
	return balance
}
