// Exercise: a barrier that can be used again and again. Nobody leaves a round before all parties have
// arrived in it, and nobody is left behind.
//
//	go run ./examples/synchronization/exercise     shows what your program does
//	go test ./examples/synchronization/exercise    says whether it is right
package main

// Wait is called by a party that arrives at the barrier. It returns when all b.Parties have arrived in
// this round. b.Arrived and b.Round are yours to use; both are 0 at the start. A mutex is locked
// during the call, so nothing changes while your code runs, except inside b.Sleep: that unlocks the
// mutex, sleeps, and locks it again. b.WakeAll wakes all who sleep, b.WakeOne wakes one of them. A
// party may also wake up for no reason.
func Wait(b *Barrier) error {
	return errNotBegun // write your program here
}
