package main

// Wait never sets the counter back: the round that a party arrives in follows from how many have
// arrived before.
func Wait(b *Barrier) error {
	b.Arrived++
	last := (b.Arrived + b.Parties - 1) / b.Parties * b.Parties
	for b.Arrived < last {
		b.Sleep()
	}
	b.WakeAll()
	return nil
}
