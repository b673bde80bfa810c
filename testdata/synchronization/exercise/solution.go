package main

// Wait remembers in which round the party has arrived, and sleeps until that round is over.
func Wait(b *Barrier) error {
	mine := b.Round
	b.Arrived++
	if b.Arrived == b.Parties {
		b.Arrived = 0
		b.Round++
		b.WakeAll()
	}
	for b.Round == mine {
		b.Sleep()
	}
	return nil
}
